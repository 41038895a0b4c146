"""The scenario by kcat, librdkafka on a command line.

It has no admin interface, so that topics come by auto-creation. Those that need more than one partition, or a setting,
are made by confluent-kafka of kcat's own librdkafka version.
"""
