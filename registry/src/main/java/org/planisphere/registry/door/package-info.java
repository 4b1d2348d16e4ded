/**
 * The registry's ways in: REST for programs, plain pages for people, VOSI and OAI-PMH for the Virtual Observatory. The only
 * place in this module that knows JAX-RS.
 */
@NullMarked
package org.planisphere.registry.door;

import org.jspecify.annotations.NullMarked;
