package io.godwit.gateway.forwarding;

import jakarta.servlet.http.HttpServletRequest;

/** How far a request has got on its way to a service and back. */
public enum Delivery {
    /** It has certainly not reached a service. */
    NOT_SENT,
    /** It may have been carried out; its answer has not come, or not all of it. */
    UNANSWERED,
    /** The whole answer is here. */
    ANSWERED;

    private static final String ATTRIBUTE = Delivery.class.getName();

    public static Delivery of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Delivery delivery ? delivery : NOT_SENT;
    }

    void attachTo(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }
}
