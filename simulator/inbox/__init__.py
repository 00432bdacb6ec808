"""The demo's post office: a local mail server and an SMS gateway that keep what they are given."""
