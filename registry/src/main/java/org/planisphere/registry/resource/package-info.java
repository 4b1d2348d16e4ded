/**
 * What a registry holds: records of resources as VOResource XML, read leniently, written with the canonical prefixes, kept
 * in the database.
 */
@NullMarked
package org.planisphere.registry.resource;

import org.jspecify.annotations.NullMarked;
