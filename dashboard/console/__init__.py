"""The console: calm pages for people at work, server-rendered."""
