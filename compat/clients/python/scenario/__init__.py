"""What all Python programs share: how they are run, the ten records, and the members of a group."""
