"""The processes of a week, one file each: rules, then the loop over agents, then ``run(community)``."""
