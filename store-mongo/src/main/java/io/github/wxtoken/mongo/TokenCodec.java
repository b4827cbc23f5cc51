package io.github.wxtoken.mongo;

import io.github.wxtoken.OAuthToken;
import java.util.Objects;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNull;
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
 * Tokens as documents, in the shape that mongoose writes by wechat-oauth's README (protocol,
 * section 13.2): {@code create_at} is a string, {@code expires_in} a number.
 *
 * <p>What that shape has no place for is in the subdocument {@value #OURS}, with the {@code
 * create_at} that it belongs to. Node's {@code $set} leaves the subdocument behind when it writes
 * another grant; the stamp then differs, and the subdocument does not count.
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

  /** 2 to the 63rd: the least double that is too large for a long. */
  private static final double TOO_LARGE = 0x1p63;

  @Override
  public Class<TokenDocument> getEncoderClass() {
    return TokenDocument.class;
  }

  /**
   * Refuses what BSON cannot hold: of half a surrogate pair the driver makes bytes that are no
   * UTF-8, and reading them gives another text.
   *
   * @throws IllegalArgumentException if a field holds that; the message does not show it
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
      // As text: BSON has no place for every number that JSON has.
      write(writer, EXTRA, extra);
      writer.writeEndDocument();
    }
    writer.writeEndDocument();
  }

  private static void write(BsonWriter writer, String name, @Nullable String text) {
    if (text != null) {
      writer.writeString(name, text);
    }
  }

  /** Returns the filter for one key. */
  static BsonDocument key(String openid) {
    return new BsonDocument(OPENID, new BsonString(openid));
  }

  /**
   * Returns the filter for documents that read as the same grant. A filter's null also matches what
   * is missing.
   */
  static BsonDocument grant(OAuthToken expected) {
    String createAt = String.valueOf(expected.createAt());
    BsonArray forms = new BsonArray();
    forms.add(new BsonString(createAt));
    // One number equals another of any BSON type.
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

  /** One document as it is read: to its end in any case, with the first fault remembered. */
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
        default -> reader.skipValue();
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
        case STRING -> reader.readString();
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

    /** Missing and null are 0, as they are in JSON. */
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

    /** Node's drivers write every number beyond 32 bits as a double. */
    private static long whole(double number) {
      return number == Math.rint(number) && Math.abs(number) < TOO_LARGE ? (long) number : -1;
    }

    /** One way to write a number only: what is compared in a filter must be what was read. */
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
