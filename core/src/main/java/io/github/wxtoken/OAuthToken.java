package io.github.wxtoken;

import io.github.wxtoken.store.TokenStores;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A grant of WeChat for one user of one app: an access token with its refresh token, or the session
 * of a mini program. Immutable.
 *
 * <p>The fields are those of WeChat's answer (docs/wechat-protocol.md#code-exchange), under the
 * names that wechat-oauth stores them by, and {@code create_at}.
 */
public final class OAuthToken {
  /** The longest life of an access token that is believed, in seconds: a day. WeChat says 7200. */
  static final long LONGEST_LIFE = 86_400;

  /** The life of an access token by WeChat's documentation, in seconds. */
  static final long USUAL_LIFE = 7_200;

  private final @Nullable String accessToken;
  private final long expiresIn;
  private final @Nullable String refreshToken;
  private final String openid;
  private final @Nullable String scope;
  private final boolean snapshotUser;
  private final @Nullable String unionid;
  private final @Nullable String sessionKey;
  private final Map<String, @Nullable Object> extra;
  private final long createAt;
  private final @Nullable OAuthToken storedForm;

  private OAuthToken(Builder from) {
    openid = from.openid;
    if (openid.isEmpty()) {
      throw new IllegalArgumentException("openid must not be empty");
    }
    if (from.expiresIn < 0 || from.createAt < 0) {
      throw new IllegalArgumentException("expires_in and create_at must not be negative");
    }
    accessToken = from.accessToken;
    expiresIn = from.expiresIn;
    refreshToken = from.refreshToken;
    scope = from.scope;
    snapshotUser = from.snapshotUser;
    unionid = from.unionid;
    sessionKey = from.sessionKey;
    extra = from.extra;
    createAt = from.createAt;
    storedForm = from.storedForm;
  }

  /**
   * Reads a token as {@link #toJson()} or a Node process with {@code JSON.stringify} wrote it.
   * Numbers may be strings, and strings may be numbers.
   *
   * @param json a JSON object of at most 65,536 characters, perhaps after a byte order mark
   * @return the token
   * @throws IllegalArgumentException if it is not one; the message does not quote it
   */
  public static OAuthToken fromJson(String json) {
    return TokenJson.read(json);
  }

  /**
   * Writes the token as wechat-oauth stores it: the fields of WeChat's answer, then {@code
   * create_at}. It holds the secrets in the clear.
   *
   * @return a JSON object
   */
  public String toJson() {
    return TokenJson.write(this);
  }

  /**
   * Returns the access token: what {@code /sns/userinfo} takes.
   *
   * @return the access token; null in the session of a mini program
   */
  public @Nullable String accessToken() {
    return accessToken;
  }

  /**
   * Returns the life of the access token.
   *
   * @return seconds from {@link #createAt()}; 0 in the session of a mini program
   */
  public long expiresIn() {
    return expiresIn;
  }

  /**
   * Returns the refresh token; valid for at least 30 days from the code exchange.
   *
   * @return the refresh token; null in the session of a mini program
   */
  public @Nullable String refreshToken() {
    return refreshToken;
  }

  /**
   * Returns the user's id in this app.
   *
   * @return the openid
   */
  public String openid() {
    return openid;
  }

  /**
   * Returns what the user consented to, as WeChat wrote it: comma-separated, perhaps with a comma
   * at the end. {@link Scope#parse} takes it apart.
   *
   * @return the scope; null in the session of a mini program
   */
  public @Nullable String scope() {
    return scope;
  }

  /**
   * Returns the user's id across the apps of one open-platform account.
   *
   * @return the unionid; null where WeChat gave none
   */
  public @Nullable String unionid() {
    return unionid;
  }

  /**
   * Returns the key of a mini program's session: Base64 of 16 bytes. It never leaves the server.
   *
   * @return the session key; null in a token of the web login
   */
  public @Nullable String sessionKey() {
    return sessionKey;
  }

  /**
   * Returns when the request was sent that this is the answer to, by the clock of the process that
   * sent it; so the way to WeChat and back counts against the token's life.
   *
   * @return milliseconds since 1970-01-01T00:00Z
   */
  public long createAt() {
    return createAt;
  }

  /**
   * Tells whether this is a virtual user whom WeChat made up for a page that asked for consent too
   * early (docs/wechat-protocol.md#snapshot-users). Such a token is never stored.
   *
   * @return true if {@code is_snapshotuser} is 1
   */
  public boolean isSnapshotUser() {
    return snapshotUser;
  }

  /**
   * Returns the fields that have no method here, as they came and in their order. Values are
   * String, Long, BigInteger, BigDecimal, Boolean, List, Map and null.
   *
   * @return an unmodifiable map, mostly empty
   */
  public Map<String, @Nullable Object> extra() {
    return extra;
  }

  /**
   * Returns {@link #extra()} as one JSON object, for stores whose records have a single place for
   * it. A token with more than {@link TokenStores#MAX_EXTRA_BYTES} bytes of it cannot be saved.
   *
   * @return the JSON, or null if there are no such fields
   */
  public @Nullable String extraJson() {
    return extra.isEmpty() ? null : Json.write(extra);
  }

  /**
   * Returns this token as the store below a view holds it, such as with encrypted values. The view
   * compares with it in {@link io.github.wxtoken.store.TokenStore#replaceToken}, and so need not
   * read the record again. It is no part of {@link #equals}, of {@link #toJson()} and of {@link
   * #toBuilder()}.
   *
   * @return the stored form; null if the token was not read through such a view
   */
  public @Nullable OAuthToken storedForm() {
    return storedForm;
  }

  /**
   * Tells whether the access token has not expired by the system clock.
   *
   * @return true if there is an access token and its life is not over
   */
  public boolean isValid() {
    return isValid(Instant.now());
  }

  /**
   * Tells whether the access token has not expired at that time: upstream's rule, without a margin.
   *
   * @param now the time to judge by
   * @return true if there is an access token and {@code now} is before {@link #expiresAt()}
   */
  public boolean isValid(Instant now) {
    return accessToken != null && !accessToken.isEmpty() && now.isBefore(expiresAt());
  }

  /**
   * Returns the first moment at which the access token is no longer valid. A life of more than a
   * day is nonsense, and is taken for the two hours that WeChat documents.
   *
   * @return {@link #createAt()} plus {@link #expiresIn()}, or plus 7,200 seconds if {@link
   *     #expiresIn()} is more than 86,400
   */
  public Instant expiresAt() {
    long seconds = expiresIn > LONGEST_LIFE ? USUAL_LIFE : expiresIn;
    // A hostile record may hold a time for which there is no date; a date far away is still a date.
    return Instant.ofEpochMilli(Math.min(createAt, Long.MAX_VALUE / 2) + seconds * 1_000);
  }

  /**
   * Tells whether this and that are the same grant: equal access token, refresh token, session key
   * and {@code create_at}, where null equals null. A renewal of a token is another grant, also when
   * WeChat renews it under the same access token.
   *
   * @param that another token
   * @return true if they are the same grant
   */
  public boolean sameGrant(OAuthToken that) {
    return createAt == that.createAt
        && Objects.equals(accessToken, that.accessToken)
        && Objects.equals(refreshToken, that.refreshToken)
        && Objects.equals(sessionKey, that.sessionKey);
  }

  /**
   * Starts a new token.
   *
   * @return a builder without any field
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a variation of this token.
   *
   * @return a builder with all fields of this token, but without its {@link #storedForm()}
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.accessToken = accessToken;
    copy.expiresIn = expiresIn;
    copy.refreshToken = refreshToken;
    copy.openid = openid;
    copy.scope = scope;
    copy.snapshotUser = snapshotUser;
    copy.unionid = unionid;
    copy.sessionKey = sessionKey;
    copy.extra = extra;
    copy.createAt = createAt;
    return copy;
  }

  /**
   * Returns this token renewed by WeChat's answer to a refresh. The answer lacks fields that the
   * exchange gave, such as the unionid (docs/wechat-protocol.md#refresh): those stay as they are.
   */
  OAuthToken overlay(OAuthToken answer) {
    Builder merged =
        toBuilder()
            .accessToken(answer.accessToken())
            .expiresIn(answer.expiresIn())
            .createAt(answer.createAt());
    if (answer.refreshToken() != null && !answer.refreshToken().isEmpty()) {
      merged.refreshToken(answer.refreshToken());
    }
    if (answer.scope() != null) {
      merged.scope(answer.scope());
    }
    if (answer.unionid() != null) {
      merged.unionid(answer.unionid());
    }
    return ExtraFields.reduce(merged.mergeExtra(answer.extra()).build());
  }

  /** Compares all fields. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OAuthToken that
        && sameGrant(that)
        && expiresIn == that.expiresIn
        && snapshotUser == that.snapshotUser
        && openid.equals(that.openid)
        && Objects.equals(scope, that.scope)
        && Objects.equals(unionid, that.unionid)
        && extra.equals(that.extra);
  }

  @Override
  public int hashCode() {
    return Objects.hash(openid, accessToken, refreshToken, sessionKey, createAt);
  }

  /** Shows the openid, the scope and the expiry, never a secret. */
  @Override
  public String toString() {
    return "OAuthToken[openid="
        + Printable.line(openid)
        + ", scope="
        + Printable.line(scope)
        + ", expiresAt="
        + expiresAt()
        + "]";
  }

  /** Builds a token. Not safe for use by several threads. */
  public static final class Builder {
    private @Nullable String accessToken;
    private long expiresIn;
    private @Nullable String refreshToken;
    private String openid = "";
    private @Nullable String scope;
    private boolean snapshotUser;
    private @Nullable String unionid;
    private @Nullable String sessionKey;
    private Map<String, @Nullable Object> extra = Map.of();
    private long createAt;
    private @Nullable OAuthToken storedForm;

    private Builder() {}

    /**
     * Sets the access token.
     *
     * @param accessToken the access token, or null for none
     * @return this
     */
    public Builder accessToken(@Nullable String accessToken) {
      this.accessToken = accessToken;
      return this;
    }

    /**
     * Sets the life of the access token.
     *
     * @param seconds seconds, at least 0
     * @return this
     */
    public Builder expiresIn(long seconds) {
      this.expiresIn = seconds;
      return this;
    }

    /**
     * Sets the refresh token.
     *
     * @param refreshToken the refresh token, or null for none
     * @return this
     */
    public Builder refreshToken(@Nullable String refreshToken) {
      this.refreshToken = refreshToken;
      return this;
    }

    /**
     * Sets the user's id, without which there is no token.
     *
     * @param openid the openid, not empty
     * @return this
     */
    public Builder openid(String openid) {
      this.openid = Objects.requireNonNull(openid, "openid");
      return this;
    }

    /**
     * Sets the scope.
     *
     * @param scope the scope as WeChat writes it, or null for none
     * @return this
     */
    public Builder scope(@Nullable String scope) {
      this.scope = scope;
      return this;
    }

    /**
     * Says whether the user is a virtual one.
     *
     * @param snapshotUser true for {@code is_snapshotuser} 1
     * @return this
     */
    public Builder snapshotUser(boolean snapshotUser) {
      this.snapshotUser = snapshotUser;
      return this;
    }

    /**
     * Sets the unionid.
     *
     * @param unionid the unionid, or null for none
     * @return this
     */
    public Builder unionid(@Nullable String unionid) {
      this.unionid = unionid;
      return this;
    }

    /**
     * Sets the key of a mini program's session.
     *
     * @param sessionKey the session key, or null for none
     * @return this
     */
    public Builder sessionKey(@Nullable String sessionKey) {
      this.sessionKey = sessionKey;
      return this;
    }

    /**
     * Sets the fields that have no method here.
     *
     * @param extra values that JSON has; they are copied
     * @return this
     * @throws IllegalArgumentException if a value is none that JSON has, or a field has a method
     */
    public Builder extra(Map<String, ? extends @Nullable Object> extra) {
      return extraJson(extra.isEmpty() ? null : Json.write(extra));
    }

    /**
     * Sets the fields that have no method here from what {@link OAuthToken#extraJson()} returned.
     *
     * @param json a JSON object, or null for no such fields
     * @return this
     * @throws IllegalArgumentException if it is not a JSON object, or a field has a method; the
     *     message does not quote it
     */
    public Builder extraJson(@Nullable String json) {
      // Reading makes it a deep copy, immutable, with one Java type for each kind of JSON value.
      extra = json == null ? Map.of() : Collections.unmodifiableMap(TokenJson.extra(json));
      return this;
    }

    /**
     * Sets when the token was asked for.
     *
     * @param epochMillis milliseconds since 1970-01-01T00:00Z, at least 0
     * @return this
     */
    public Builder createAt(long epochMillis) {
      this.createAt = epochMillis;
      return this;
    }

    /**
     * Sets what the store below a view holds for this token; for authors of views.
     *
     * @param storedForm the token that this one was read from, or null for none
     * @return this
     */
    public Builder storedForm(@Nullable OAuthToken storedForm) {
      this.storedForm = storedForm;
      return this;
    }

    /**
     * Builds the token.
     *
     * @return the token
     * @throws IllegalArgumentException if it has no openid or a negative time
     */
    public OAuthToken build() {
      return new OAuthToken(this);
    }

    /** Lays newer fields over those that are there; {@link ExtraFields#reduce} bounds both. */
    Builder mergeExtra(Map<String, @Nullable Object> newer) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>(extra);
      fields.putAll(newer);
      return ownExtra(fields);
    }

    /** Takes fields as they are, without the detour over JSON that copies and checks them. */
    Builder ownExtra(Map<String, @Nullable Object> fields) {
      extra = fields.isEmpty() ? Map.of() : Collections.unmodifiableMap(fields);
      return this;
    }
  }
}
