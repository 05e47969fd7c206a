package io.godwit.launcher.faults;

import io.godwit.launcher.faults.link.CutLinks;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Has the JDK's sockets tell {@link CutLinks} where they are about to connect to. */
final class LinkHook implements ClassFileTransformer {
    /** The classes, and the method of each through which every connection goes. */
    private static final Map<String, String> HOOKED = Map.of(
            "java/net/Socket", "(Ljava/net/SocketAddress;I)V",
            "sun/nio/ch/SocketChannelImpl", "(Ljava/net/SocketAddress;)Z");

    private static final ClassDesc LINKS = ClassDesc.of("io.godwit.launcher.faults.link.CutLinks");
    private static final MethodTypeDesc CONNECTING =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ClassDesc.of("java.net.SocketAddress"));

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        String descriptor = HOOKED.get(name);
        if (descriptor == null) {
            return null;
        }
        ClassFile file = ClassFile.of();
        return file.transformClass(
                file.parse(bytes),
                ClassTransform.transformingMethodBodies(method -> isConnect(method, descriptor), new Hook()));
    }

    private static boolean isConnect(MethodModel method, String descriptor) {
        return method.methodName().equalsString("connect")
                && method.methodType().equalsString(descriptor);
    }

    /** A call before everything else. */
    private static final class Hook implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            code.aload(0).aload(1).invokestatic(LINKS, "connecting", CONNECTING);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
