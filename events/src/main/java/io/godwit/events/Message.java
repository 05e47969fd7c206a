package io.godwit.events;

/** Anything that one service tells another over Kafka. */
public sealed interface Message permits Command, Event {}
