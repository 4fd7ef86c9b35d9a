"""Where every field of an emitted object comes from; worked out when asked, by a rendering of its own."""
