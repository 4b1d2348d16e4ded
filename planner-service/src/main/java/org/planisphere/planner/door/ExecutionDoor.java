package org.planisphere.planner.door;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Weights;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Idempotency;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.session.Answer;
import org.planisphere.planner.session.Change;
import org.planisphere.planner.session.DirectAccept;
import org.planisphere.planner.session.Filter;
import org.planisphere.planner.session.Page;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.StoredOfferSet;
import org.planisphere.wire.OfferSetList;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.SessionList;
import org.planisphere.wire.Update;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/**
 * The execution door: the five calls of the standard, the caller's lists, and removal of what has ended.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">ExecutionBroker 1.0</a>
 */
@Path("/")
@Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
public final class ExecutionDoor {
    private final PlannerContext planner;
    private final Documents documents;
    private final Questions questions;

    public ExecutionDoor(PlannerContext planner) {
        this.planner = planner;
        this.documents = planner.documents();
        this.questions = new Questions(planner);
    }

    /** Asks for offers. 303 to the offer set with the set as body; a plain 200 for {@code Prefer: return=representation}. */
    @POST
    @Path("requests")
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public Response ask(
            InputStream body,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @HeaderParam("Prefer") @Nullable String prefer,
            @QueryParam("hold") @Nullable String hold,
            @QueryParam("weights") @Nullable String weights,
            @Context HttpHeaders headers,
            @Context Request request,
            @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        boolean holding = flag("hold", hold, true);
        Questions.weights(weights);
        Format answerIn = Bodies.format(request);
        byte[] bytes = Bodies.bytes(body, planner.maxBytes());
        return planner.idempotency().answer(key, caller.id(), asking(holding, weights) + " " + answerIn, bytes, () -> {
            Questions.Asked asked = questions.read(bytes, weights, headers);
            OfferSet set = questions.ask(asked, caller, holding);
            byte[] document = Codecs.write(questions.document(set, asked), answerIn);
            boolean plain = !holding || prefers(prefer, "return=representation");
            Response.ResponseBuilder answer = plain
                    ? Response.ok().header("Preference-Applied", holding ? "return=representation" : null)
                    : Response.seeOther(documents.addressOf(set));
            if (plain && holding) {
                answer.header("Content-Location", documents.addressOf(set));
            }
            return answer.entity(document)
                    .type(answerIn.mediaType() + ";charset=utf-8")
                    .build();
        });
    }

    /**
     * As {@link #ask}, with each platform's offers as an event {@code offers} as soon as they are there, and then the whole
     * set as an event {@code set}. What is offered in an event is held already. What goes wrong on the way is an event
     * {@code problem}. For {@code Prefer: return=minimal} every offer comes once, in parts where they are gathered from
     * others, and else in the set: that is how aggregators ask each other. Offers that are to be ranked by given weights
     * come as without it.
     */
    @POST
    @Path("requests")
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    @Produces(MediaType.SERVER_SENT_EVENTS + ";qs=0.1")
    public void askStreaming(
            InputStream body,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @HeaderParam("Prefer") @Nullable String prefer,
            @QueryParam("hold") @Nullable String hold,
            @QueryParam("weights") @Nullable String weights,
            @Context HttpHeaders headers,
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        boolean holding = flag("hold", hold, true);
        byte[] bytes = Bodies.bytes(body, planner.maxBytes());
        Questions.Asked asked = questions.read(bytes, weights, headers);
        boolean once = prefers(prefer, "return=minimal");
        AnswerStream stream = new AnswerStream(sink, sse);
        planner.federation().stream(() -> stream.run(() -> planner.idempotency()
                .answer(key, caller.id(), asking(holding, weights) + " stream", bytes, () -> {
                    OfferSet set;
                    byte[] document;
                    if (once && asked.weights() == null && planner.federation().present()) {
                        set = questions.gather(asked, caller, holding, stream::part);
                        stream.last(set, documents::decided);
                        document = documents.gathered(set);
                    } else {
                        // Who asks nobody else has it all at once.
                        set = once && !planner.federation().present()
                                ? questions.ask(asked, caller, holding)
                                : questions.ask(asked, caller, holding, stream::part);
                        document = Codecs.write(questions.document(set, asked), Format.JSON);
                    }
                    return Response.seeOther(documents.addressOf(set))
                            .entity(document)
                            .type(Media.JSON)
                            .build();
                })));
    }

    private static String asking(boolean holding, @Nullable String weights) {
        return "POST /requests?hold=" + holding + (weights == null ? "" : "&weights=" + weights);
    }

    /** Asks and accepts the first offer in one step: 303 to the session, or 400 when nothing can be offered. */
    @POST
    @Path("direct")
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public Response direct(
            InputStream body,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @Context HttpHeaders headers,
            @Context Request request,
            @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        Delegating delegating = Delegating.of(planner, call);
        Format answerIn = Bodies.format(request);
        byte[] bytes = Bodies.bytes(body, planner.maxBytes());
        return planner.idempotency().answer(key, caller.id(), "POST /direct " + answerIn, bytes, mark -> {
            Questions.Asked asked = questions.read(bytes, null, headers);
            Function<Session, Response> answer = session -> Response.seeOther(documents.addressOf(session))
                    .entity(Codecs.write(planner.document(session, caller), answerIn))
                    .type(answerIn.mediaType() + ";charset=utf-8")
                    .build();
            // The key learns its answer in the append that accepts: a retry after a crash finds the session, or makes
            // it.
            Function<Session, List<Statement>> remembered = session -> mark == null
                    ? List.of()
                    : List.of(new Statement(Idempotency.Mark.SQL, mark.parameters(answer.apply(session)), true));
            if (delegating.wished() || planner.federation().present()) {
                // Others are asked too, or a token is to be there before the accept: that takes two steps.
                UUID earliest = DirectAccept.earliest(met(questions.ask(asked, caller, true)));
                return answer.apply(inTime(
                        delegating.with(earliest, () -> planner.sessions().accept(earliest, caller, remembered))));
            }
            DirectAccept direct = planner.sessions().direct(caller, remembered);
            met(questions.take(asked, caller, direct::of));
            return answer.apply(direct.begin());
        });
    }

    @GET
    @Path("offersets")
    public Response offerSets(
            @QueryParam("phase") List<String> phases,
            @QueryParam("since") @Nullable String since,
            @QueryParam("until") @Nullable String until,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @Context UriInfo uri,
            @Context ContainerRequestContext call) {
        Filter filter = Filters.filter(phases, since, until, limit, after);
        Page<StoredOfferSet> page = planner.sessions().listOfferSets(CallerFilter.caller(call), filter);
        OfferSetList list = new OfferSetList();
        list.items = page.items().stream().map(documents::stored).toList();
        list.next = next(uri, page.next());
        return listed(list, list.next);
    }

    @GET
    @Path("offersets/{uuid}")
    public OfferSetResponse offerSet(
            @PathParam("uuid") String uuid,
            @QueryParam("weights") @Nullable String weights,
            @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        Weights wish = Questions.weights(weights);
        return planner.sessions()
                .findOfferSet(planner.offerSet(uuid, caller), caller)
                .map(found -> documents.stored(found, planner.sessions().sharing(found, caller)))
                .map(set -> questions.ranked(set, wish))
                .orElseThrow(ExecutionDoor::notFound);
    }

    /** Changes with which groups an offer set, and everything in it, is shared. */
    @POST
    @Path("offersets/{uuid}")
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public Response update(
            @PathParam("uuid") String uuid,
            InputStream body,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @Context HttpHeaders headers,
            @Context Request request,
            @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        UUID set = planner.offerSet(uuid, caller);
        Format answerIn = Bodies.format(request);
        byte[] bytes = Bodies.bytes(body, planner.maxBytes());
        return planner.idempotency().answer(key, caller.id(), "POST /offersets/" + set + " " + answerIn, bytes, () -> {
            Change change = Updates.change(Bodies.document(bytes, headers, Update.class, planner.maxBytes()));
            CallerFilter.need(caller, Updates.right(change));
            planner.sessions().updateOfferSet(set, caller, change).ifPresent(ExecutionDoor::done);
            OfferSetResponse changed = planner.sessions()
                    .findOfferSet(set, caller)
                    .map(found -> documents.stored(found, planner.sessions().sharing(found, caller)))
                    .orElseThrow(ExecutionDoor::notFound);
            return Response.ok(Codecs.write(changed, answerIn))
                    .type(answerIn.mediaType() + ";charset=utf-8")
                    .build();
        });
    }

    @GET
    @Path("sessions")
    public Response sessions(
            @QueryParam("phase") List<String> phases,
            @QueryParam("since") @Nullable String since,
            @QueryParam("until") @Nullable String until,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @Context UriInfo uri,
            @Context ContainerRequestContext call) {
        Filter filter = Filters.filter(phases, since, until, limit, after);
        Caller caller = CallerFilter.caller(call);
        Page<Session> page = planner.sessions().list(caller, filter);
        SessionList list = new SessionList();
        list.items = page.items().stream()
                .map(session -> planner.listed(session, caller))
                .toList();
        list.next = next(uri, page.next());
        return listed(list, list.next);
    }

    /** The set; a refusal where it has no offers. */
    private static OfferSet met(OfferSet set) {
        if (set.offers().isEmpty()) {
            throw new ProblemException(
                    ProblemType.CANNOT_BE_MET,
                    String.join(" ", set.messages().stream().map(Message::text).toList()));
        }
        return set;
    }

    static Session done(Answer answer) {
        if (answer instanceof Answer.Done done) {
            return done.session();
        }
        if (answer instanceof Answer.Refused refused) {
            Message why = refused.why();
            ProblemType type = switch (why.code()) {
                case "not-an-option" -> ProblemType.NOT_AN_OPTION;
                case "owners-only" -> ProblemType.NOT_ALLOWED;
                case "planner-silent" -> ProblemType.UNAVAILABLE;
                default -> ProblemType.CONFLICT;
            };
            throw new ProblemException(type, why.text());
        }
        throw notFound();
    }

    /** Of an offer that nobody but this planner knew: that it ran out before it was accepted is no fault of the caller's. */
    private static Session inTime(Answer answer) {
        if (answer instanceof Answer.Refused refused && refused.why().code().equals("offer-expired")) {
            throw new ProblemException(
                            ProblemType.UNAVAILABLE,
                            "The planner could not accept its offer before it ran out; nothing was done. Ask again.")
                    .with("Retry-After", "1");
        }
        return done(answer);
    }

    static ProblemException notFound() {
        return new ProblemException(ProblemType.NOT_FOUND, "There is nothing at this address that you may see.");
    }

    /** A UUID of the path; what is none is simply not found. */
    static UUID uuid(String text) {
        try {
            if (text.length() == 36) {
                return UUID.fromString(text);
            }
        } catch (IllegalArgumentException notOne) {
            throw notFound();
        }
        throw notFound();
    }

    private @Nullable String next(UriInfo uri, @Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        String path = uri.getPath().startsWith("/") ? uri.getPath() : "/" + uri.getPath();
        List<String> parameters = new ArrayList<>();
        uri.getQueryParameters(false).forEach((name, values) -> {
            if (!name.equals("after")) {
                values.forEach(value -> parameters.add(name + "=" + value));
            }
        });
        parameters.add("after=" + cursor);
        return planner.base() + path + "?" + String.join("&", parameters);
    }

    private static Response listed(Object list, @Nullable String next) {
        Response.ResponseBuilder answer = Response.ok(list);
        if (next != null) {
            answer.header("Link", "<" + next + ">; rel=\"next\"");
        }
        return answer.build();
    }

    static boolean flag(String name, @Nullable String value, boolean fallback) {
        if (value == null) {
            return fallback;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes" -> true;
            case "false", "0", "no" -> false;
            default -> throw new ProblemException(ProblemType.INVALID_PARAMETER, name + ": true or false.");
        };
    }

    static boolean prefers(@Nullable String prefer, String what) {
        return prefer != null
                && prefer.toLowerCase(Locale.ROOT).replace(" ", "").contains(what);
    }
}
