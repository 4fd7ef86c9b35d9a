"""The intermediate representations: what an Application asks for, what goes where, and the objects made of it."""
