package io.github.wxtoken.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a store. */
final class StoreOption {
  @Option(
      names = "--store",
      paramLabel = "URL",
      description = "The store; visible in ps. Default: WXTOKEN_STORE of the environment.")
  private @Nullable String url;

  @Option(
      names = "--store-file",
      paramLabel = "FILE",
      description = "A file whose first line is that URL.")
  private @Nullable Path file;

  @Option(
      names = "--scope",
      paramLabel = "APPID",
      description = "One app of a store that several apps share.")
  private @Nullable String scope;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description =
          "The keys of an encrypted store: ID:BASE64 a line, the primary one first; 32 bytes, as"
              + " openssl rand -base64 32 prints them. Default: WXTOKEN_KEYS of the environment.")
  private @Nullable Path keyFile;

  @Option(
      names = "--accept-plaintext",
      description = "Takes values that are not encrypted, too, while a store is being encrypted.")
  private boolean acceptPlaintext;

  StoreAddress address(Terminal terminal) {
    return StoreAddress.of(choice(), terminal);
  }

  /** Returns the URL, of a store or of a file. */
  String url(Terminal terminal) {
    return choice().url(terminal);
  }

  private StoreChoice choice() {
    return new StoreChoice(
        "--store", "WXTOKEN_STORE", "WXTOKEN_KEYS", url, file, scope, keyFile, acceptPlaintext);
  }
}
