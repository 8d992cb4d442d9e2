"""The demonstration: spring 2017, replayed on this machine against replicas of the sites."""
