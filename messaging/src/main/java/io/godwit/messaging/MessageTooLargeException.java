package io.godwit.messaging;

/** A message that no broker would take. Sending it again is of no use; its transaction is rolled back. */
public final class MessageTooLargeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * @param type of the message
     * @param bytes it has, and {@code most} it may have
     */
    public MessageTooLargeException(String type, int bytes, int most) {
        super("message " + type + " has " + bytes + " bytes; expected at most " + most);
    }
}
