package io.github.wxtoken.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the second store of two. */
final class ToOption {
  @Option(
      names = "--to",
      paramLabel = "URL",
      description =
          "The store that is written or compared; visible in ps. Default: WXTOKEN_TO of the environment.")
  private @Nullable String url;

  @Option(
      names = "--to-file",
      paramLabel = "FILE",
      description = "A file whose first line is that URL.")
  private @Nullable Path file;

  @Option(
      names = "--to-scope",
      paramLabel = "APPID",
      description = "One app of a store that several apps share.")
  private @Nullable String scope;

  @Option(
      names = "--to-key-file",
      paramLabel = "FILE",
      description =
          "The keys of an encrypted store: ID:BASE64 a line, the primary one first."
              + " Default: WXTOKEN_TO_KEYS of the environment.")
  private @Nullable Path keyFile;

  @Option(
      names = "--to-accept-plaintext",
      description = "Takes values that are not encrypted, too, while a store is being encrypted.")
  private boolean acceptPlaintext;

  StoreAddress address(Terminal terminal) {
    return StoreAddress.of(choice(), terminal);
  }

  /** Refuses keys and a scope: the target has none. */
  void refuseView(Terminal terminal, String target) {
    choice().refuseView(terminal, target);
  }

  private StoreChoice choice() {
    return new StoreChoice(
        "--to", "WXTOKEN_TO", "WXTOKEN_TO_KEYS", url, file, scope, keyFile, acceptPlaintext);
  }
}
