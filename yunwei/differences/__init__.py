"""What a changed configuration adds, removes, changes and silences, before it takes over.

configured  the part of a configuration that says what is watched, judged and whom it calls
in_force    the copy of it that the running platform was started with
compare     what was added, removed and changed, part by part
silence     what would no longer be judged or watched, and which open incidents and windows that concerns
shape       all of it as plain JSON values
"""
