package org.planisphere.planner.platform.slurm;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is asked of Slurm, by whichever way. Thread safe; every call blocks until Slurm has answered, or a while. */
interface Slurm {
    /** How it is reached, for people. */
    String way();

    /**
     * Hands over a job.
     *
     * @return its number
     * @throws SlurmException when it was refused; or nothing was heard, and then it may be there all the same
     */
    long submit(Submission submission) throws SlurmException;

    /**
     * When Slurm would start it if it were submitted now; empty where this way does not tell.
     *
     * @throws SlurmException when it would be refused
     */
    Optional<Instant> wouldStart(Submission submission) throws SlurmException;

    /** The planner's user's own jobs, with those that ended a short while ago. */
    List<Job> mine() throws SlurmException;

    /** Everybody's jobs in the partition that wait or have something of a node; without names. */
    List<Job> queue(String partition) throws SlurmException;

    /** One job; empty when Slurm does not know it, or not any more. */
    Optional<Job> job(long id) throws SlurmException;

    /** The partition, or Slurm's default one where the name is empty. */
    Cluster cluster(String partition) throws SlurmException;

    /** Ends it. Nothing happens when it has ended. */
    void end(long id) throws SlurmException;

    /** Sends SIGUSR1 to its script's process. Nothing happens when there is none. */
    void nudge(long id) throws SlurmException;

    /** Lets it run so many minutes from its start. */
    void limit(long id, long minutes) throws SlurmException;
}
