package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A file with the JSON of a token in each line, or of another object and a mapping. */
final class JsonLinesSource implements TokenSource {
  private static final int SAMPLE = 1_000;

  private final Path file;
  private final InputStream in;
  private final @Nullable FieldMapping mapping;

  private JsonLinesSource(Path file, InputStream in, @Nullable FieldMapping mapping) {
    this.file = file;
    this.in = in;
    this.mapping = mapping;
  }

  static JsonLinesSource open(Path file, @Nullable FieldMapping mapping) {
    try {
      return new JsonLinesSource(file, Files.newInputStream(file), mapping);
    } catch (IOException e) {
      throw Problems.file("cannot read the file " + file, e, "Check the name and your rights");
    }
  }

  @Override
  public String identity() {
    return StoreIdentity.ofLines(file);
  }

  @Override
  public String description() {
    return "the lines of " + file.toAbsolutePath();
  }

  /** By the length of the first lines. */
  @Override
  public OptionalLong size() {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      LineReader lines = new LineReader(reader, TokenStores.MAX_RECORD_CHARS);
      long bytes = 0;
      int count = 0;
      for (String line; count < SAMPLE && (line = lines.next()) != null; count++) {
        bytes += line.length() + 1;
      }
      return bytes == 0 ? OptionalLong.of(0) : OptionalLong.of(Files.size(file) * count / bytes);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public Stream<Item> items(
      @Nullable String after, Consumer<Long> skipped, Consumer<String> unreadable) {
    LineReader lines =
        new LineReader(
            new InputStreamReader(in, StandardCharsets.UTF_8), TokenStores.MAX_RECORD_CHARS);
    long done = after == null ? 0 : Long.parseLong(after);
    return LongStream.iterate(1, number -> number + 1)
        .mapToObj(number -> new Line(number, next(lines)))
        .takeWhile(line -> line.text() != null)
        .filter(
            line -> {
              if (line.number() <= done) {
                skipped.accept(1L);
              }
              return line.number() > done && !String.valueOf(line.text()).isBlank();
            })
        .mapMulti((line, items) -> read(line, items, unreadable));
  }

  private record Line(long number, @Nullable String text) {}

  private @Nullable String next(LineReader lines) {
    try {
      return lines.next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(Line line, Consumer<Item> items, Consumer<String> unreadable) {
    String text = String.valueOf(line.text());
    OAuthToken token;
    try {
      if (text.length() > TokenStores.MAX_RECORD_CHARS) {
        throw new IllegalArgumentException("it is longer than a token can be");
      }
      token = mapping == null ? token(text) : mapping.token(JsonRow.read(text)::get);
      String unused = TokenStores.requireOpenid(token.openid());
    } catch (IllegalArgumentException e) {
      unreadable.accept("line " + line.number() + " is no token: " + e.getMessage());
      return;
    }
    items.accept(new Item(token, String.valueOf(line.number())));
  }

  /** Reads a line as {@code --to jsonl:} writes it. */
  private static OAuthToken token(String text) {
    OAuthToken token = OAuthToken.fromJson(text);
    FieldMapping.requireMillis(token);
    if (token.createAt() == 0) {
      throw new IllegalArgumentException(
          "create_at is missing; write --map create_at=0 for tokens that are to be refreshed at once");
    }
    return token;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // Everything was read.
    }
  }
}
