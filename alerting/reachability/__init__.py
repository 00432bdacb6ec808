"""Which of the devices that miss are down themselves, which are cut off, and by what. Pure: plain values in and out."""
