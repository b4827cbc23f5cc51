package io.github.wxtoken;

import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import java.time.Clock;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access token of one app: the current one, and the next one after WeChat has refused it. A
 * refusal is written into the record by compare-and-set, so that the whole cluster knows of it, and
 * so that one that comes late changes nothing. Thread-safe.
 */
final class AppTokens {
  private static final Logger log = LoggerFactory.getLogger(WeChatApp.class);

  private final String appid;
  private final String key;
  private final TokenStore store;
  private final Clock clock;
  private final AppTokenMode mode;
  private final RecordCopy<AppAccessToken> copy;

  AppTokens(AppContext context, AppTokenMode mode, RecordCopy<AppAccessToken> copy) {
    this.appid = context.appid();
    this.key = AppRecords.tokenKey(appid);
    this.store = context.store();
    this.clock = context.clock();
    this.mode = mode;
    this.copy = copy;
  }

  AppAccessToken current() {
    return copy.get();
  }

  /**
   * Returns a token that takes the place of a refused one.
   *
   * @throws ForcedRefreshLimitException if WeChat returns the refused one again, and no refresh can
   *     be forced
   */
  AppAccessToken successorOf(AppAccessToken refused) {
    copy.forget();
    Optional<OAuthToken> stored = stored().filter(record -> isValueOf(record, refused));
    stored.ifPresent(this::rememberRefusal);
    AppAccessToken next = copy.readStored();
    if (!next.value().equals(refused.value())) {
      return next;
    }
    throw stored()
        .map(ForcedRefreshes::of)
        .orElse(ForcedRefreshes.NONE)
        .limitReached(appid, clock.instant());
  }

  /** Runs a request, and once more if an exception refuses the token. */
  <T, X extends Exception> T call(AppCall<T, X> request) throws X {
    return call(request, answer -> 0);
  }

  /** Runs a request, and once more if an exception or the answer's errcode refuses the token. */
  <T, X extends Exception> T call(AppCall<T, X> request, ToIntFunction<? super T> errcode)
      throws X {
    AppAccessToken token = current();
    try {
      T answer = request.with(token);
      if (!AppApi.REFUSED_TOKEN.contains(errcode.applyAsInt(answer))) {
        return answer;
      }
    } catch (WeChatApiException e) {
      if (!AppApi.REFUSED_TOKEN.contains(e.errcode())) {
        throw e;
      }
    }
    return request.with(successorOf(token));
  }

  /** A record that cannot be read is none; the next fetch replaces it. */
  private Optional<OAuthToken> stored() {
    try {
      return store.getToken(key);
    } catch (CorruptTokenException e) {
      return Optional.empty();
    }
  }

  /** Makes the stored token invalid for all processes, unless it has been replaced by now. */
  private void rememberRefusal(OAuthToken stored) {
    ForcedRefreshes history = ForcedRefreshes.of(stored);
    if (history.refused()) {
      return;
    }
    if (mode == AppTokenMode.STABLE && history.pausedUntil(clock.instant()).isPresent()) {
      throw history.limitReached(appid, clock.instant());
    }
    OAuthToken invalid =
        stored.toBuilder().expiresIn(0).scope(history.withRefusal().text()).build();
    if (store.replaceToken(key, stored, invalid)) {
      log.warn(
          "WeChat refuses the access token of app {} before its end at {}. wxtoken fetches another",
          appid,
          stored.expiresAt());
    }
  }

  private static boolean isValueOf(OAuthToken record, AppAccessToken token) {
    return token.value().equals(record.accessToken());
  }
}
