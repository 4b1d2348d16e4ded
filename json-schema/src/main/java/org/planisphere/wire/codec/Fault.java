package org.planisphere.wire.codec;

/**
 * One thing that is wrong with a document.
 *
 * @param pointer JSON Pointer (RFC 6901) to the place, in the document's JSON form whatever format it came in; the empty
 *     string is the whole document
 * @param detail one sentence for a person
 */
public record Fault(String pointer, String detail) {}
