"""Who is on duty at each operations centre, and in which order people are called."""
