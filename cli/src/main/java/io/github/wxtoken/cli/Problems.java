package io.github.wxtoken.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in words why a file cannot be used. */
final class Problems {
  private Problems() {}

  static CliException file(String what, IOException e, String remedy) {
    return CliException.failed(what, why(e), remedy);
  }

  static String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    // The message of the system, such as "No space left on device", names at most the file.
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
