package io.godwit.backup.web;

/** What was accepted and goes on by itself. */
record Accepted(String id, String status) {}
