/*
 * The cutover of one database from server A to server B, and its rollback. README.md says which class each part models,
 * what is left out, and how to run it. Every interleaving is a run: a process that is paused is one that takes no step
 * for a while, and any process may.
 */
#include "world.pml"
#include "proxies.pml"
#include "servers.pml"
#include "replication.pml"
#include "provisioning.pml"
#include "orchestrator.pml"
#include "properties.pml"
