/**
 * The wire types: one set of public-field classes for JSON, XML and YAML (ADR 0002).
 * They carry what a document says and judge nothing; {@code planner.request} does that.
 */
@NullMarked
package org.planisphere.wire;

import org.jspecify.annotations.NullMarked;
