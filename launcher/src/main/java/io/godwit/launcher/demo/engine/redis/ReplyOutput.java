package io.godwit.launcher.demo.engine.redis;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes a reply of any kind. The driver's own outputs are for lists or for single values; its lists hide which it was. */
final class ReplyOutput extends NestedMultiOutput<String, String> {
    private boolean isList;

    ReplyOutput() {
        super(StringCodec.UTF8);
    }

    @Override
    public void multi(int count) {
        isList = true;
        super.multi(count);
    }

    @Nullable
    Object reply() {
        List<Object> values = get();
        if (isList) {
            return values;
        }
        return values == null || values.isEmpty() ? null : values.getFirst();
    }
}
