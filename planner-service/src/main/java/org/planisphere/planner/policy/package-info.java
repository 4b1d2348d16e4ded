/**
 * The policy as a document: who is granted what, for how long and at what price. Reading tells every fault with its
 * place; evaluating is pure and fast however many groups and people there are.
 */
@NullMarked
package org.planisphere.planner.policy;

import org.jspecify.annotations.NullMarked;
