package org.planisphere.planner.platform;

/**
 * A way into a run that is open now: a published port, a notebook's server. The session's document shows it as a
 * connector.
 *
 * @param kind name of the connector's kind: {@code port}, {@code notebook}
 * @param protocol {@code TCP}, {@code UDP}, {@code HTTP} or {@code HTTPS}
 * @param location the address to use, path included: {@code http://127.0.0.1:32768/lab}; a path alone, {@code /lab}, where
 *     only the planner gets there, by {@link Platform#reach}
 * @param internal the port inside of the run; 0 where there is none
 */
public record LiveConnector(String kind, String protocol, String location, int internal) {}
