package io.github.wxtoken.cli;

import io.github.wxtoken.store.TokenCipher;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store that the options of a command name.
 *
 * @param option the option with the URL, such as {@code --store}
 * @param variable the variable of the environment with the URL
 * @param keysVariable the variable of the environment with the keys
 */
record StoreChoice(
    String option,
    String variable,
    String keysVariable,
    @Nullable String url,
    @Nullable Path file,
    @Nullable String scope,
    @Nullable Path keyFile,
    boolean acceptPlaintext) {

  String url(Terminal terminal) {
    if (url != null && file != null) {
      throw CliException.usage(
          "cannot choose the store",
          "both " + option + " and " + option + "-file are given",
          "Give one of them");
    }
    if (url != null) {
      return url.strip();
    }
    String found = file == null ? terminal.variable(variable).strip() : firstLine(file);
    if (found.isEmpty()) {
      throw CliException.usage(
          "no store is given",
          file == null
              ? option + ", " + option + "-file and " + variable + " are missing"
              : "the file " + file + " is empty",
          "Write the URL into a file that only you may read, and name it: "
              + option
              + "-file FILE");
    }
    return found;
  }

  @Nullable TokenCipher cipher(Terminal terminal) {
    List<String> lines =
        keyFile == null
            ? List.of(terminal.variable(keysVariable).split(",", -1))
            : read(keyFile).lines().toList();
    return Keys.cipher(
        lines, acceptPlaintext, keyFile == null ? keysVariable : "the file " + keyFile);
  }

  /** Refuses options of a store for something that is none: they would have no effect. */
  void refuseView(Terminal terminal, String what) {
    String given =
        keyFile != null
            ? option + "-key-file"
            : !terminal.variable(keysVariable).isBlank()
                ? keysVariable
                : scope != null
                    ? option + "-scope"
                    : acceptPlaintext ? option + "-accept-plaintext" : null;
    if (given != null) {
      throw CliException.usage(
          "cannot use " + given,
          what + " has neither keys nor scopes",
          "Leave it out; give keys and scopes of a store only");
    }
  }

  private static String firstLine(Path file) {
    return read(file)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (MalformedInputException e) {
      throw CliException.usage(
          "cannot read the file " + file, "it is not UTF-8", "Save it as text in UTF-8");
    } catch (IOException e) {
      throw Problems.file("cannot read the file " + file, e, "Check the name and your rights");
    }
  }

  /** Shows no URL. */
  @Override
  public String toString() {
    return "StoreChoice[" + option + "]";
  }
}
