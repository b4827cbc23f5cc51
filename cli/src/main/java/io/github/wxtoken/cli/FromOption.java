package io.github.wxtoken.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the first store of two. */
final class FromOption {
  @Option(
      names = "--from",
      paramLabel = "URL",
      description =
          "The store that is read; visible in ps. Default: WXTOKEN_FROM of the environment.")
  private @Nullable String url;

  @Option(
      names = "--from-file",
      paramLabel = "FILE",
      description = "A file whose first line is that URL.")
  private @Nullable Path file;

  @Option(
      names = "--from-scope",
      paramLabel = "APPID",
      description = "One app of a store that several apps share.")
  private @Nullable String scope;

  @Option(
      names = "--from-key-file",
      paramLabel = "FILE",
      description =
          "The keys of an encrypted store: ID:BASE64 a line, the primary one first."
              + " Default: WXTOKEN_FROM_KEYS of the environment.")
  private @Nullable Path keyFile;

  @Option(
      names = "--from-accept-plaintext",
      description = "Takes values that are not encrypted, too, while a store is being encrypted.")
  private boolean acceptPlaintext;

  StoreAddress address(Terminal terminal) {
    return StoreAddress.of(choice(), terminal);
  }

  /** Refuses keys and a scope: the source has none. */
  void refuseView(Terminal terminal, String source) {
    choice().refuseView(terminal, source);
  }

  private StoreChoice choice() {
    return new StoreChoice(
        "--from", "WXTOKEN_FROM", "WXTOKEN_FROM_KEYS", url, file, scope, keyFile, acceptPlaintext);
  }
}
