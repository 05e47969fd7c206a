package io.godwit.proxy.control;

/** @param id tells this proxy from all others in every event it sends */
public record ProxyIdentity(String id) {}
