package io.github.wxtoken.mongo;

import static io.github.wxtoken.mongo.TokenDocument.ACCESS_TOKEN;
import static io.github.wxtoken.mongo.TokenDocument.CREATE_AT;
import static io.github.wxtoken.mongo.TokenDocument.OPENID;
import static io.github.wxtoken.mongo.TokenDocument.OURS;
import static io.github.wxtoken.mongo.TokenDocument.REFRESH_TOKEN;
import static io.github.wxtoken.mongo.TokenDocument.SESSION_KEY;

import io.github.wxtoken.OAuthToken;
import java.util.Arrays;
import java.util.List;
import org.bson.Document;

/** The filters that choose documents of tokens. */
final class TokenFilters {
  /** A document without a valid key is not the store's, and a list of keys is no key. */
  private static final List<Document> IS_KEY =
      List.of(
          new Document(OPENID, new Document("$regex", "^[A-Za-z0-9_:-]{1,128}\\z")),
          new Document(OPENID, new Document("$not", new Document("$type", "array"))));

  private TokenFilters() {}

  /** Returns the filter for one key. */
  static Document key(String openid) {
    return new Document(OPENID, openid);
  }

  /** Returns the filter for documents whose key comes after another. */
  static Document after(String openid) {
    return new Document(OPENID, new Document("$gt", openid)).append("$and", IS_KEY);
  }

  /**
   * Returns the filter for documents with the same grant. In a filter, null also matches a missing
   * field.
   */
  static Document grant(OAuthToken expected) {
    String createAt = String.valueOf(expected.createAt());
    // MongoDB compares numbers across BSON types.
    List<?> forms =
        expected.createAt() == 0
            ? Arrays.asList(createAt, expected.createAt(), null)
            : List.of(createAt, expected.createAt());
    Document filter =
        key(expected.openid())
            .append(ACCESS_TOKEN, expected.accessToken())
            .append(REFRESH_TOKEN, expected.refreshToken())
            .append(CREATE_AT, new Document("$in", forms));
    String stamp = OURS + "." + CREATE_AT;
    String session = OURS + "." + SESSION_KEY;
    if (expected.sessionKey() != null) {
      return filter.append(stamp, createAt).append(session, expected.sessionKey());
    }
    Document hasSession = new Document(stamp, createAt).append(session, new Document("$ne", null));
    return filter.append("$nor", List.of(hasSession));
  }
}
