package org.planisphere.foundation.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.SecurityLog;
import org.planisphere.foundation.identity.Witness;
import org.planisphere.foundation.identity.login.Logins;
import org.planisphere.wire.codec.Json;

/** Where people log out. The caller's filter has seen to it that a page of this node asks. */
@Path("logout")
public final class LogoutDoor {
    /** What pages of this node have stored in the browser goes too: drafts may say what somebody works on. */
    private static final String CLEAR = "Clear-Site-Data";

    private static final String STORED = "\"storage\"";

    private final Logins logins;
    private final LoginCookies cookies;
    private final LoginPages pages;
    private final Witness witness;

    public LogoutDoor(PageCallers callers) {
        this(callers, Witness.NONE);
    }

    /** @param witness told of who logs out */
    public LogoutDoor(PageCallers callers, Witness witness) {
        this.witness = witness;
        this.logins = callers.logins();
        this.cookies = callers.cookies();
        this.pages = new LoginPages(logins);
    }

    /** A page with the button, or that says it was pressed. */
    @GET
    @Produces("text/html;charset=utf-8")
    public Response page(@Context ContainerRequestContext call) {
        return pages.page(
                CallerFilter.caller(call).anonymous()
                        ? pages.over()
                        : pages.known(
                                CallerFilter.caller(call).name(),
                                logins.open(
                                        CallerFilter.caller(call).id(),
                                        cookies.session(call.getHeaders().get(HttpHeaders.COOKIE))
                                                .orElse(null))));
    }

    /** From a form. */
    @POST
    @Produces("text/html;charset=utf-8;qs=0.9")
    public Response form(@Context ContainerRequestContext call) {
        end(call);
        return Response.seeOther(logins.settings().logout())
                .header(HttpHeaders.SET_COOKIE, cookies.noSession())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(CLEAR, STORED)
                .build();
    }

    /** From a script: tells where the login at the issuer itself can be ended too. */
    @POST
    @Produces(Media.JSON)
    public Response script(@Context ContainerRequestContext call) {
        ObjectNode answer = Json.mapper().createObjectNode();
        end(call).ifPresent(at -> answer.put("issuerLogout", at.toString()));
        return Response.ok(answer.toString())
                .header(HttpHeaders.SET_COOKIE, cookies.noSession())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(CLEAR, STORED)
                .build();
    }

    private Optional<URI> end(ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        if (!caller.anonymous()) {
            SecurityLog.tell(SecurityLog.Event.LOGIN, caller.id(), "logged out at a page");
            witness.saw(caller, "logout", caller.id(), "at a page");
        }
        return cookies.session(call.getHeaders().get(HttpHeaders.COOKIE)).flatMap(logins::end);
    }
}
