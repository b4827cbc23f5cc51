package io.github.wxtoken.mongo;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStores;
import java.util.List;
import java.util.Objects;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDocumentWriter;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonReader;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.BsonWriter;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.jspecify.annotations.Nullable;

/**
 * Converts tokens to documents and back, in the shape that mongoose writes with the code of wechat-
 * oauth's README (docs/wechat-protocol.md#records-of-wechat-oauth): {@code create_at} is a string,
 * {@code expires_in} a number.
 *
 * <p>Fields that have no place in that shape are in the subdocument {@value #OURS}, together with
 * the {@code create_at} of their grant. Node's {@code $set} leaves the subdocument unchanged when
 * it writes another grant; the two values then differ, and the subdocument is ignored.
 */
final class TokenCodec implements Codec<TokenDocument> {
  static final String OPENID = "openid";

  private static final String OURS = "wxtoken";
  private static final String ACCESS_TOKEN = "access_token";
  private static final String REFRESH_TOKEN = "refresh_token";
  private static final String SCOPE = "scope";
  private static final String EXPIRES_IN = "expires_in";
  private static final String CREATE_AT = "create_at";
  private static final String UNIONID = "unionid";
  private static final String SESSION_KEY = "session_key";
  private static final String EXTRA = "extra";

  /**
   * The field that replaces a document larger than {@link #MAX_BYTES}, see {@link #withoutLarge}.
   */
  private static final String OVERSIZED = "wxtoken_oversized";

  /** The size of the longest token: no character takes more than four bytes. */
  static final int MAX_BYTES = 4 * TokenStores.MAX_RECORD_CHARS;

  private static final BsonDocument IS_LARGE = size("$gt");
  private static final BsonDocument IS_FIT = size("$lte");

  /** 2 to the 63rd: the smallest double that is too large for a long. */
  private static final double TOO_LARGE = 0x1p63;

  @Override
  public Class<TokenDocument> getEncoderClass() {
    return TokenDocument.class;
  }

  /**
   * Refuses a text that BSON cannot hold: the driver encodes an unpaired surrogate as bytes that
   * are not UTF-8, and reading them returns another text.
   *
   * @throws IllegalArgumentException if a field has such a text; the message does not show it
   */
  static void check(OAuthToken token) {
    check(ACCESS_TOKEN, token.accessToken());
    check(REFRESH_TOKEN, token.refreshToken());
    check(SCOPE, token.scope());
    check(UNIONID, token.unionid());
    check(SESSION_KEY, token.sessionKey());
  }

  private static void check(String name, @Nullable String text) {
    for (int i = 0; text != null && i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          throw new IllegalArgumentException(name + " must not hold half a surrogate pair");
        }
        i++;
      }
    }
  }

  @Override
  public void encode(BsonWriter writer, TokenDocument document, EncoderContext context) {
    OAuthToken token = document.require(document.openid());
    writer.writeStartDocument();
    write(writer, ACCESS_TOKEN, token.accessToken());
    writer.writeName(EXPIRES_IN);
    if (token.expiresIn() == (int) token.expiresIn()) {
      writer.writeInt32((int) token.expiresIn());
    } else {
      writer.writeInt64(token.expiresIn());
    }
    write(writer, REFRESH_TOKEN, token.refreshToken());
    write(writer, OPENID, token.openid());
    write(writer, SCOPE, token.scope());
    String createAt = String.valueOf(token.createAt());
    write(writer, CREATE_AT, createAt);
    String extra = token.extraJson();
    if (token.unionid() != null || token.sessionKey() != null || extra != null) {
      writer.writeStartDocument(OURS);
      write(writer, CREATE_AT, createAt);
      write(writer, UNIONID, token.unionid());
      write(writer, SESSION_KEY, token.sessionKey());
      // As text: BSON cannot hold every number of JSON.
      write(writer, EXTRA, extra);
      writer.writeEndDocument();
    }
    writer.writeEndDocument();
  }

  /**
   * Returns documents as the store saves them: one with all fields, and one with as few as
   * possible.
   */
  static BsonArray samples() {
    OAuthToken full =
        OAuthToken.builder()
            .openid("oSample")
            .accessToken("sample")
            .refreshToken("sample")
            .scope("snsapi_base")
            .expiresIn(7200)
            .createAt(1)
            .unionid("oSample")
            .sessionKey("sample")
            .extraJson("{\"sample\":1}")
            .build();
    OAuthToken session =
        OAuthToken.builder().openid("oSample").sessionKey("sample").createAt(1).build();
    BsonArray samples = new BsonArray();
    for (OAuthToken token : List.of(full, session)) {
      BsonDocument sample = new BsonDocument();
      new TokenCodec()
          .encode(
              new BsonDocumentWriter(sample),
              TokenDocument.of(token),
              EncoderContext.builder().build());
      // The driver adds it to inserted documents.
      samples.add(sample.append("_id", new BsonObjectId()));
    }
    return samples;
  }

  private static void write(BsonWriter writer, String name, @Nullable String text) {
    if (text != null) {
      writer.writeString(name, text);
    }
  }

  private static BsonDocument size(String comparison) {
    BsonDocument size = new BsonDocument("$bsonSize", new BsonString("$$ROOT"));
    return new BsonDocument(comparison, new BsonArray(List.of(size, new BsonInt32(MAX_BYTES))));
  }

  /** Returns the filter for one key. */
  static BsonDocument key(String openid) {
    return new BsonDocument(OPENID, new BsonString(openid));
  }

  /** Returns the filter for one key's document, if that is small enough to be loaded. */
  static BsonDocument fit(String openid) {
    return key(openid).append("$expr", IS_FIT);
  }

  /** Returns the projection that reads nothing of a document except whether it is too large. */
  static BsonDocument onlySize() {
    return new BsonDocument("_id", new BsonInt32(0)).append(OVERSIZED, IS_LARGE);
  }

  /**
   * Returns the projection that reads nothing of a document, not even its id, which may also be
   * large.
   */
  static BsonDocument nothing() {
    return new BsonDocument("_id", new BsonInt32(0)).append(OVERSIZED, new BsonInt32(1));
  }

  /** Returns the stage that replaces documents that are too large to be loaded. */
  static BsonDocument withoutLarge() {
    BsonDocument instead =
        new BsonDocument(OPENID, new BsonString("$" + OPENID)).append(OVERSIZED, BsonBoolean.TRUE);
    return new BsonDocument(
        "$replaceWith",
        new BsonDocument(
            "$cond", new BsonArray(List.of(IS_LARGE, instead, new BsonString("$$ROOT")))));
  }

  /**
   * Returns the filter for documents whose key comes after another. A document without a valid key
   * is not the store's, and a list of keys is no key.
   */
  static BsonDocument after(String openid) {
    BsonDocument isKey = new BsonDocument("$regex", new BsonString("^[A-Za-z0-9_:-]{1,128}\\z"));
    BsonDocument isOne =
        new BsonDocument("$not", new BsonDocument("$type", new BsonString("array")));
    return new BsonDocument(OPENID, new BsonDocument("$gt", new BsonString(openid)))
        .append(
            "$and",
            new BsonArray(
                List.of(new BsonDocument(OPENID, isKey), new BsonDocument(OPENID, isOne))));
  }

  /**
   * Returns the filter for documents with the same grant. In a filter, null also matches a missing
   * field.
   */
  static BsonDocument grant(OAuthToken expected) {
    String createAt = String.valueOf(expected.createAt());
    BsonArray forms = new BsonArray();
    forms.add(new BsonString(createAt));
    // MongoDB compares numbers across BSON types.
    forms.add(new BsonInt64(expected.createAt()));
    if (expected.createAt() == 0) {
      forms.add(BsonNull.VALUE);
    }
    BsonDocument filter =
        key(expected.openid())
            .append(ACCESS_TOKEN, textOrNull(expected.accessToken()))
            .append(REFRESH_TOKEN, textOrNull(expected.refreshToken()))
            .append(CREATE_AT, new BsonDocument("$in", forms));
    BsonDocument stamped = new BsonDocument(OURS + "." + CREATE_AT, new BsonString(createAt));
    if (expected.sessionKey() == null) {
      stamped.append(OURS + "." + SESSION_KEY, new BsonDocument("$ne", BsonNull.VALUE));
      BsonArray holdsSession = new BsonArray();
      holdsSession.add(stamped);
      filter.append("$nor", holdsSession);
    } else {
      filter.putAll(stamped);
      filter.append(OURS + "." + SESSION_KEY, new BsonString(expected.sessionKey()));
    }
    return filter;
  }

  private static BsonValue textOrNull(@Nullable String text) {
    return text == null ? BsonNull.VALUE : new BsonString(text);
  }

  @Override
  public TokenDocument decode(BsonReader reader, DecoderContext context) {
    return new Reading(reader).document();
  }

  /**
   * The state of reading one document. Each document is read to its end, and the first fault is
   * kept.
   */
  private static final class Reading {
    private final BsonReader reader;
    private final OAuthToken.Builder token = OAuthToken.builder();
    private String openid = "";
    private long createAt;
    private @Nullable String fault;
    private @Nullable String stamp;
    private @Nullable String unionid;
    private @Nullable String sessionKey;
    private @Nullable String extra;

    Reading(BsonReader reader) {
      this.reader = reader;
    }

    TokenDocument document() {
      reader.readStartDocument();
      while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
        field(reader.readName());
      }
      reader.readEndDocument();
      try {
        token.openid(openid).createAt(createAt);
        if (String.valueOf(createAt).equals(stamp)) {
          token.unionid(unionid).sessionKey(sessionKey).extraJson(extra);
        }
        return fault == null
            ? TokenDocument.of(token.build())
            : TokenDocument.broken(openid, fault);
      } catch (IllegalArgumentException e) {
        return TokenDocument.broken(openid, String.valueOf(e.getMessage()));
      }
    }

    private void field(String name) {
      switch (name) {
        case ACCESS_TOKEN -> token.accessToken(text(name));
        case REFRESH_TOKEN -> token.refreshToken(text(name));
        case SCOPE -> token.scope(text(name));
        case OPENID -> openid = Objects.requireNonNullElse(text(name), "");
        case EXPIRES_IN -> token.expiresIn(number(name));
        case CREATE_AT -> createAt = number(name);
        case OURS -> ours();
        case OVERSIZED -> oversized();
        default -> reader.skipValue();
      }
    }

    private void oversized() {
      if (reader.getCurrentBsonType() != BsonType.BOOLEAN) {
        reader.skipValue();
      } else if (reader.readBoolean()) {
        fault = TokenDocument.OVERSIZED;
      }
    }

    private void ours() {
      if (reader.getCurrentBsonType() != BsonType.DOCUMENT) {
        reader.skipValue();
        return;
      }
      reader.readStartDocument();
      while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
        String name = reader.readName();
        switch (name) {
          case CREATE_AT -> stamp = text(name);
          case UNIONID -> unionid = text(name);
          case SESSION_KEY -> sessionKey = text(name);
          case EXTRA -> extra = text(name);
          default -> reader.skipValue();
        }
      }
      reader.readEndDocument();
    }

    private @Nullable String text(String name) {
      return switch (reader.getCurrentBsonType()) {
        case STRING -> bounded(name, reader.readString());
        case NULL -> {
          reader.readNull();
          yield null;
        }
        default -> {
          reader.skipValue();
          fault = name + " is not a string";
          yield null;
        }
      };
    }

    /** Checks the length of a text, if the server did not check the size of the document. */
    private @Nullable String bounded(String name, String text) {
      if (text.length() <= TokenStores.MAX_RECORD_CHARS) {
        return text;
      }
      fault = name + " has more than " + TokenStores.MAX_RECORD_CHARS + " characters";
      return null;
    }

    /** Reads a number. Missing and null are 0, as in JSON. */
    private long number(String name) {
      long number =
          switch (reader.getCurrentBsonType()) {
            case INT32 -> reader.readInt32();
            case INT64 -> reader.readInt64();
            case DOUBLE -> whole(reader.readDouble());
            case STRING -> whole(reader.readString());
            case NULL -> {
              reader.readNull();
              yield 0;
            }
            default -> {
              reader.skipValue();
              yield -1;
            }
          };
      if (number >= 0) {
        return number;
      }
      fault = name + " is not a whole number from 0";
      return 0;
    }

    /**
     * Converts a double to a whole number: Node's drivers write every number beyond 32 bits as a
     * double.
     */
    private static long whole(double number) {
      return number == Math.rint(number) && Math.abs(number) < TOO_LARGE ? (long) number : -1;
    }

    /**
     * Converts the only accepted form of a number: a filter compares the number's text, so both
     * must be equal.
     */
    private static long whole(String digits) {
      try {
        long number = Long.parseLong(digits);
        return String.valueOf(number).equals(digits) ? number : -1;
      } catch (NumberFormatException e) {
        return -1;
      }
    }
  }
}
