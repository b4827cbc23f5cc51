package io.github.wxtoken;

import io.github.wxtoken.store.TokenStores;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops unknown fields of WeChat's answers until every store can save the token and read it back
 * equal. A token that a caller built is refused instead ({@link TokenStores#requireToken}).
 */
final class ExtraFields {
  /**
   * The most bytes of known fields beside which unknown ones are kept. A cipher and a scope
   * lengthen the known fields: three times as much still fits a record.
   */
  private static final int MAX_KNOWN_BYTES = 16 * 1024;

  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);

  private ExtraFields() {}

  /**
   * Drops unknown fields of an answer that every store has to be able to save, and logs that. The
   * known fields stay as they are.
   *
   * @param token a token with a valid openid
   * @return the token if nothing has to be dropped
   */
  static OAuthToken reduce(OAuthToken token) {
    Map<String, @Nullable Object> extra = token.extra();
    if (extra.isEmpty()) {
      return token;
    }
    Map<String, @Nullable Object> kept = isKnownShort(token) ? kept(extra) : Map.of();
    if (kept.size() == extra.size()) {
      return token;
    }
    // No names of fields: a hostile answer could have a secret in place of one.
    log.warn(
        "Dropped {} of {} unknown fields of the token of {}, since no store could save them and"
            + " read them again: at most {} bytes as JSON are kept. The token is kept",
        extra.size() - kept.size(),
        extra.size(),
        token.openid(),
        TokenStores.MAX_EXTRA_BYTES);
    return token.toBuilder().ownExtra(kept).build();
  }

  private static boolean isKnownShort(OAuthToken token) {
    return bytes(token.toBuilder().extraJson(null).build().toJson()) <= MAX_KNOWN_BYTES;
  }

  /** The longest fields are dropped first, so that as many as possible are kept. */
  private static Map<String, @Nullable Object> kept(Map<String, @Nullable Object> extra) {
    if (isKept(extra)) {
      return extra;
    }
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    List<Map.Entry<String, Integer>> sizes = new ArrayList<>();
    long total = 0;
    for (Map.Entry<String, @Nullable Object> field : extra.entrySet()) {
      Map<String, @Nullable Object> alone =
          Collections.singletonMap(field.getKey(), field.getValue());
      if (isKept(alone)) {
        kept.put(field.getKey(), field.getValue());
        int size = bytes(Json.write(alone));
        sizes.add(Map.entry(field.getKey(), size));
        total += size;
      }
    }
    sizes.sort(Comparator.comparing(Map.Entry<String, Integer>::getValue).reversed());
    for (Map.Entry<String, Integer> longest : sizes) {
      if (total <= TokenStores.MAX_EXTRA_BYTES) {
        break;
      }
      kept.remove(longest.getKey());
      total -= longest.getValue();
    }
    return kept;
  }

  private static boolean isKept(Map<String, @Nullable Object> extra) {
    String json = Json.write(extra);
    return bytes(json) <= TokenStores.MAX_EXTRA_BYTES && isReadBack(json, extra);
  }

  private static boolean isReadBack(String json, Map<String, @Nullable Object> extra) {
    try {
      return Json.readObject(json).equals(extra);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static int bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8).length;
  }
}
