package org.planisphere.planner.offer;

/**
 * An offer of another planner that is passed on as it is, with its own address: it is accepted there, and nothing of it is
 * held here.
 *
 * @param planner the other planner's name here
 * @param document the offer's session document, in JSON
 */
public record PassedOffer(String planner, String document) {}
