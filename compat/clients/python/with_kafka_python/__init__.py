"""The scenario by kafka-python, versions 3 and 2; what they do differently is in ``admin`` and ``admin_of_2``."""
