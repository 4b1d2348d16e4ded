package org.planisphere.planner.audit;

/**
 * How far the chain reaches, signed by the node: kept elsewhere, it proves later that nothing was cut off or rewritten.
 *
 * @param number of the last entry; 0 before the first
 * @param hash of the last entry
 * @param key the node's Ed25519 key, 32 bytes in base64url
 * @param signature of {@code number:hash} in base64url
 */
public record AuditHead(long number, String hash, String key, String signature) {}
