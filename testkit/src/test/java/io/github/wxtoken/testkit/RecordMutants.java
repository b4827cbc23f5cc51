package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stores whose records are not the tokens that were saved, or that read records wrongly. */
final class RecordMutants {
  private static final String NOT_CUT = "Fields.aTokenIsKeptWholeOrRefusedButNeverCut";
  private static final String BROKEN = "WrittenByOthers.aBrokenRecordIsNotTakenForAMissingOne";

  static final List<Mutant> ALL =
      List.of(
          keeps(
              "drops the unionid",
              token -> token.toBuilder().unionid(null).build(),
              "Fields.theUnionidComesBack"),
          keeps(
              "drops unknown fields",
              token -> token.toBuilder().extraJson(null).build(),
              "Fields.unknownFieldsComeBackWithTheirNestedObjectsArraysAndNulls"),
          keeps(
              "tidies up the scope",
              token ->
                  token.scope() == null
                      ? token
                      : token.toBuilder().scope(token.scope().replaceFirst(",$", "")).build(),
              "Fields.theScopeComesBackAsWeChatWroteIt"),
          keeps(
              "drops the session key",
              token -> token.toBuilder().sessionKey(null).build(),
              "Fields.aSessionIsKeptOrRefusedButNeverHalved"),
          keeps(
              "keeps unknown numbers as floating point",
              RecordMutants::rounded,
              "Fields.unknownNumbersKeepEveryDigit"),
          keeps(
              "keeps create_at in seconds",
              token -> token.toBuilder().createAt(token.createAt() / 1000 * 1000).build(),
              "Fields.createAtKeepsEveryDigit"),
          keeps(
              "keeps create_at as floating point",
              token -> token.toBuilder().createAt((long) (double) token.createAt()).build(),
              "Fields.createAtKeepsEveryDigit"),
          keeps(
              "keeps expires_in in 32 bits",
              token -> token.toBuilder().expiresIn((int) token.expiresIn() & 0x7FFFFFFF).build(),
              "Fields.expiresInKeepsEveryDigit"),
          keeps("cuts tokens to 1,024 characters", token -> cut(token, 1_024), NOT_CUT),
          keeps(
              "cuts tokens to 200 characters",
              token -> cut(token, 200),
              "Fields.longTokensComeBackWhole",
              NOT_CUT),
          keeps(
              "cuts the scope",
              token -> token.toBuilder().scope(cut(token.scope(), 50)).build(),
              "Fields.scopeUnionidAndUnknownFieldsAreKeptWholeOrRefusedButNeverCut"),
          keeps(
              "trims tokens",
              token ->
                  token.accessToken() == null
                      ? token
                      : token.toBuilder().accessToken(token.accessToken().strip()).build(),
              "Fields.tokensAreTextWhateverTheyLookLike"),
          keeps(
              "writes the empty string for null",
              RecordMutants::withoutNull,
              "Fields.whatATokenLacksIsNullAndNotTheEmptyString"),
          keeps(
              "writes null for the empty string",
              RecordMutants::withoutEmpty,
              "Fields.theEmptyStringIsNotNull"),
          Mutant.of(
              "has no characters of four bytes",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    String write(OAuthToken token) {
                      return super.write(token).replaceAll("[^\\x{0}-\\x{FFFF}]", "?");
                    }
                  },
              "Fields.charactersOfFourBytesComeBackInUnknownFields",
              "Fields.charactersOfFourBytesComeBackInTheUnionid"),
          Mutant.of(
              "hides expired tokens",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Optional<OAuthToken> getToken(String openid) {
                      return super.getToken(openid)
                          .filter(token -> token.createAt() + token.expiresIn() > 2);
                    }
                  },
              "Get.anExpiredTokenComesBackForItCarriesTheRefreshToken"),
          Mutant.of(
              "reads from a cache of its own",
              data ->
                  new PlainTokenStore(data) {
                    private final Map<String, Optional<OAuthToken>> cache = new HashMap<>();

                    @Override
                    public Optional<OAuthToken> getToken(String openid) {
                      requireOpen();
                      check(openid);
                      synchronized (cache) {
                        return cache.computeIfAbsent(openid, super::getToken);
                      }
                    }
                  },
              "Get.aChangeOfAnotherProcessIsSeenAtOnce"),
          Mutant.of(
              "reads nothing where a record is broken",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Optional<OAuthToken> getToken(String openid) {
                      try {
                        return super.getToken(openid);
                      } catch (CorruptTokenException e) {
                        return Optional.empty();
                      }
                    }
                  },
              BROKEN),
          Mutant.of(
              "quotes a broken record",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    RuntimeException corrupt(String openid, String json) {
                      return new CorruptTokenException(openid, json);
                    }
                  },
              BROKEN),
          Mutant.of(
              "does not say which record is broken",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    RuntimeException corrupt(String openid, String json) {
                      return new TokenStoreException("a record is broken", null);
                    }
                  },
              BROKEN),
          Mutant.of(
              "inserts over a broken record",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
                      check(openid, token);
                      if ("{\"openid\":CANARY-content".equals(data.records().get(openid))) {
                        saveToken(openid, token);
                        return true;
                      }
                      return super.saveTokenIfAbsent(openid, token);
                    }
                  },
              BROKEN),
          Mutant.of(
              "reads records of any length",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    OAuthToken read(String openid, String json) {
                      return super.read(openid, json.replaceAll("\"pad\":\"[A-Z]+\",", ""));
                    }
                  },
              "WrittenByOthers.aRecordThatIsTooLongIsBrokenAndNotTakenForAMissingOne",
              "WrittenByOthers.aScanReportsARecordThatIsTooLongAndGoesOn"),
          Mutant.of(
              "takes a record that is too long for a missing one",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Optional<OAuthToken> getToken(String openid) {
                      check(openid);
                      String json = data.records().getOrDefault(openid, "");
                      return json.length() > TokenStores.MAX_RECORD_CHARS
                          ? Optional.empty()
                          : super.getToken(openid);
                    }
                  },
              "WrittenByOthers.aRecordThatIsTooLongIsBrokenAndNotTakenForAMissingOne"),
          Mutant.of(
              "saves what it cannot read again",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void check(String openid, OAuthToken token) {
                      TokenStores.requireToken(
                          openid, token.toBuilder().accessToken("AT").extraJson(null).build());
                    }
                  },
              "Fields.unknownFieldsComeBackUpToTheirLimitAndMoreAreRefused",
              "Fields.aTokenThatGrowsBeyondARecordWhenItIsWrittenIsRefused"),
          Mutant.of(
              "reads only numbers as times",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    OAuthToken read(String openid, String json) {
                      return json.contains("\"create_at\":\"")
                          ? super.read(openid, json).toBuilder().createAt(Long.MAX_VALUE).build()
                          : super.read(openid, json);
                    }
                  },
              "WrittenByOthers.timesOfANodeProcessAreReadAsNumbersAndAsStrings"),
          Mutant.of(
              "refuses unknown fields of a Node process",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    OAuthToken read(String openid, String json) {
                      if (json.contains("is_new")) {
                        throw corrupt(openid, json);
                      }
                      return super.read(openid, json);
                    }
                  },
              "WrittenByOthers.aFieldThatNobodyKnowsDoesNotDisturb"));

  private RecordMutants() {}

  private static Mutant keeps(String name, UnaryOperator<OAuthToken> kept, String... rejectedBy) {
    return Mutant.of(
        name,
        data ->
            new PlainTokenStore(data) {
              @Override
              String write(OAuthToken token) {
                return super.write(kept.apply(token));
              }
            },
        rejectedBy);
  }

  private static OAuthToken cut(OAuthToken token, int length) {
    return token.toBuilder()
        .accessToken(cut(token.accessToken(), length))
        .refreshToken(cut(token.refreshToken(), length))
        .build();
  }

  private static @Nullable String cut(@Nullable String text, int length) {
    return text == null ? null : text.substring(0, Math.min(length, text.length()));
  }

  private static OAuthToken rounded(OAuthToken token) {
    Map<String, @Nullable Object> extra = new HashMap<>(token.extra());
    extra.replaceAll(
        (name, value) ->
            value instanceof Number number ? BigDecimal.valueOf(number.doubleValue()) : value);
    return token.toBuilder().extra(extra).build();
  }

  private static OAuthToken withoutNull(OAuthToken token) {
    return token.toBuilder()
        .accessToken(Optional.ofNullable(token.accessToken()).orElse(""))
        .refreshToken(Optional.ofNullable(token.refreshToken()).orElse(""))
        .build();
  }

  private static OAuthToken withoutEmpty(OAuthToken token) {
    return token.toBuilder()
        .accessToken("".equals(token.accessToken()) ? null : token.accessToken())
        .refreshToken("".equals(token.refreshToken()) ? null : token.refreshToken())
        .build();
  }
}
