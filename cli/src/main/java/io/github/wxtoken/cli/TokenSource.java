package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The origin of a copy: a store, a table or a file of lines. */
interface TokenSource extends AutoCloseable {

  /**
   * A token, and where it stands.
   *
   * @param position from which a later run goes on behind this token; null if the source has no
   *     order that stays
   */
  record Item(OAuthToken token, @Nullable String position) {}

  /** Returns a few words without secrets. */
  String description();

  /** Returns which data it is, without secrets. */
  String identity();

  /** Returns about how many tokens there are. */
  OptionalLong size();

  /**
   * Reads the tokens.
   *
   * @param after the position of an item of an earlier run, behind which to begin; null for all
   * @param skipped receives the number of tokens that are left out, since they stand before
   * @param unreadable receives what is wrong with each record that is no token, without its content
   */
  Stream<Item> items(@Nullable String after, Consumer<Long> skipped, Consumer<String> unreadable);

  @Override
  void close();
}
