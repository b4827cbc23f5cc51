package io.github.wxtoken.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Looks at a directory of tokens for operators: the rights of others to write to it, and its room.
 */
final class FileDiagnosis {
  private static final long LITTLE_ROOM = 100L << 20;

  private FileDiagnosis() {}

  static List<StoreFinding> of(Path directory) throws IOException {
    List<StoreFinding> findings = new ArrayList<>();
    FileStore volume = Files.getFileStore(directory);
    findings.add(
        volume.getUsableSpace() < LITTLE_ROOM
            ? StoreFinding.warning(
                "the volume of " + directory + " has less than 100 MiB left", "df -h " + directory)
            : StoreFinding.ok(
                "the volume has "
                    + (volume.getUsableSpace() >> 20)
                    + " MiB left ("
                    + volume.type()
                    + ")"));
    if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
      findings.add(permissions(directory));
    }
    return findings;
  }

  private static StoreFinding permissions(Path directory) throws IOException {
    Set<PosixFilePermission> granted = Files.getPosixFilePermissions(directory);
    boolean othersWrite =
        granted.contains(PosixFilePermission.GROUP_WRITE)
            || granted.contains(PosixFilePermission.OTHERS_WRITE);
    return othersWrite
        ? StoreFinding.warning(
            "other users may delete and replace the files in " + directory,
            "chmod go-w " + directory)
        : StoreFinding.ok("only the owner may write to the directory");
  }
}
