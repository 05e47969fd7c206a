package io.godwit.events;

/** Tells that something has happened. */
public sealed interface Event extends Message permits ProvisioningEvent, ReplicationEvent, ProxyEvent, BackupEvent {}
