"""One guarantee each, from the failure in the network to the messages in people's pockets."""
