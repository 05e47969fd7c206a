package io.godwit.processes.packages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Which of the distribution's packages a server comes from. */
public interface PackagedPrograms {
    /** The server's name for people. */
    String product();

    /** @return the names of the packages, without the libraries they need */
    List<String> packages(AptPackages apt);

    /** @return where the programs are, once the packages are unpacked in {@code root} */
    Path binDirectory(Path root) throws IOException;

    /** The programs that have to be there and to find their libraries. */
    List<String> required();
}
