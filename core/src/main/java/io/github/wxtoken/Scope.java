package io.github.wxtoken;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rights that an application requests from a user. A separate type prevents that a scope is
 * passed as the state, a mistake that wechat-oauth's parameter order invites. Immutable.
 */
public final class Scope {
  /** The openid alone; WeChat asks the user nothing. */
  public static final Scope SNSAPI_BASE = of("snsapi_base");

  /** The profile; WeChat asks the user for consent. */
  public static final Scope SNSAPI_USERINFO = of("snsapi_userinfo");

  /** The profile, on the QR code page for websites. */
  public static final Scope SNSAPI_LOGIN = of("snsapi_login");

  private final Set<String> names;

  private Scope(Set<String> names) {
    this.names = names;
  }

  /**
   * Makes a scope of names.
   *
   * @param names one or more of WeChat's names, each of {@code [a-z0-9_]}
   * @return the scope
   * @throws IllegalArgumentException if there is no name, or one has another character
   */
  public static Scope of(String... names) {
    for (String name : names) {
      if (name == null || !name.matches("[a-z0-9_]+")) {
        throw new IllegalArgumentException("scope must be names of [a-z0-9_]");
      }
    }
    if (names.length == 0) {
      throw new IllegalArgumentException("scope must have a name");
    }
    return new Scope(new LinkedHashSet<>(List.of(names)));
  }

  /**
   * Takes apart what WeChat wrote, where a comma at the end is common
   * (docs/wechat-protocol.md#code-exchange).
   *
   * @param scope the {@link OAuthToken#scope()} of a token, or null
   * @return its names
   */
  public static Scope parse(@Nullable String scope) {
    return new Scope(
        Arrays.stream((scope == null ? "" : scope).split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(LinkedHashSet::new)));
  }

  /**
   * Tells whether all of that is part of this.
   *
   * @param other another scope
   * @return true if every name of it is one of ours
   */
  public boolean contains(Scope other) {
    return names.containsAll(other.names);
  }

  /** Tells whether nothing is known of it. */
  boolean isEmpty() {
    return names.isEmpty();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Scope that && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  /** Returns the names with commas between them, as WeChat takes them. */
  @Override
  public String toString() {
    return String.join(",", names);
  }
}
