package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStores;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores that insert, overwrite and delete wrongly. */
final class SaveMutants {
  static final List<Mutant> ALL =
      List.of(
          Mutant.of(
              "saves only what is absent",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public void saveToken(String openid, OAuthToken token) {
                      super.saveTokenIfAbsent(openid, token);
                    }
                  },
              "Save.theLastWriteWins"),
          Mutant.of(
              "keeps the later create_at on saving",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public void saveToken(String openid, OAuthToken token) {
                      check(openid, token);
                      requireOpen();
                      OAuthToken stored = data.records().containsKey(openid) ? look(openid) : null;
                      if (stored == null || stored.createAt() <= token.createAt()) {
                        super.saveToken(openid, token);
                      }
                    }
                  },
              "Save.theLastWriteWins"),
          Mutant.of(
              "lays a token over the stored one",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public void saveToken(String openid, OAuthToken token) {
                      check(openid, token);
                      requireOpen();
                      super.saveToken(openid, merged(look(openid), token));
                    }
                  },
              "Save.savingOverATokenLeavesNothingOfItBehind"),
          Mutant.of(
              "lays a token over the replaced one",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean replaceToken(
                        String openid, OAuthToken expected, OAuthToken token) {
                      checkExpected(openid, expected);
                      check(openid, token);
                      requireOpen();
                      return super.replaceToken(openid, expected, merged(look(openid), token));
                    }
                  },
              "Replace.nothingOfTheReplacedTokenIsLeftBehind"),
          Mutant.of(
              "takes tokens of another openid",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void check(String openid, OAuthToken token) {
                      TokenStores.requireOpenid(openid);
                      TokenStores.requireToken(token.openid(), token);
                    }
                  },
              "Save.aTokenOfAnotherOpenidIsRefused",
              "SaveIfAbsent.aTokenOfAnotherOpenidIsRefused",
              "Replace.aNewTokenOfAnotherOpenidIsRefused"),
          Mutant.of(
              "stores snapshot users",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void check(String openid, OAuthToken token) {
                      TokenStores.requireToken(
                          openid, token.toBuilder().snapshotUser(false).build());
                    }
                  },
              "Save.theTokenOfASnapshotUserIsRefused",
              "SaveIfAbsent.theTokenOfASnapshotUserIsRefused",
              "Replace.theTokenOfASnapshotUserIsRefused"),
          Mutant.of(
              "shows the token that it refuses",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void check(String openid, OAuthToken token) {
                      try {
                        super.check(openid, token);
                      } catch (IllegalArgumentException e) {
                        throw token == null
                            ? e
                            : new IllegalArgumentException("refused: " + token.toJson(), e);
                      }
                    }
                  },
              "Secrets.aRefusalShowsNoToken"),
          Mutant.of(
              "shows a bad key",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    void check(String openid) {
                      try {
                        super.check(openid);
                      } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException("bad key " + openid, e);
                      }
                    }
                  },
              "Secrets.aBadKeyIsNotShownForItMayBeAToken"),
          Mutant.of(
              "shows its tokens",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public String toString() {
                      return data.toString();
                    }
                  },
              "Secrets.theStoreWhatItReturnsAndItsLeasesShowNoToken"),
          Mutant.of(
              "inserts over a token that is there",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
                      boolean absent = super.saveTokenIfAbsent(openid, token);
                      super.saveToken(openid, token);
                      return absent;
                    }
                  },
              "SaveIfAbsent.aTokenThatIsThereStays",
              "SaveIfAbsent.aTokenThatAnotherProcessSavedStays"),
          Mutant.of(
              "takes an expired token for an absent one",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
                      check(openid, token);
                      requireOpen();
                      if ("1"
                          .equals(
                              data.records()
                                  .getOrDefault(openid, "")
                                  .replaceAll(".*\"create_at\":(\\d+).*", "$1"))) {
                        super.saveToken(openid, token);
                        return true;
                      }
                      return super.saveTokenIfAbsent(openid, token);
                    }
                  },
              "SaveIfAbsent.anExpiredTokenIsThere"),
          Mutant.of(
              "says that it inserted the same token twice",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
                      return super.saveTokenIfAbsent(openid, token)
                          || token.toJson().equals(data.records().get(openid));
                    }
                  },
              "SaveIfAbsent.theSameTokenAgainIsNotInserted"),
          Mutant.of(
              "looks before it inserts",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
                      check(openid, token);
                      requireOpen();
                      if (data.records().containsKey(openid)) {
                        return false;
                      }
                      data.meeting().await();
                      super.saveToken(openid, token);
                      return true;
                    }
                  },
              "SaveIfAbsent.oneOfThirtyTwoThreadsInserts"),
          Mutant.of(
              "looks before it deletes",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean deleteToken(String openid) {
                      check(openid);
                      requireOpen();
                      boolean there = data.records().containsKey(openid);
                      if (there) {
                        data.meeting().await();
                      }
                      super.deleteToken(openid);
                      return there;
                    }
                  },
              "Delete.oneOfThirtyTwoThreadsDeletes"),
          Mutant.of(
              "says that it deleted what was not there",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean deleteToken(String openid) {
                      super.deleteToken(openid);
                      return true;
                    }
                  },
              "Delete.aMissingTokenIsNotDeleted",
              "Delete.aTokenIsDeletedOnce"),
          Mutant.of(
              "says that it deleted and did not",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean deleteToken(String openid) {
                      return super.getToken(openid).isPresent();
                    }
                  },
              "Delete.aDeletedTokenIsGoneForEveryProcess"),
          Mutant.of(
              "deletes keys that begin alike",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean deleteToken(String openid) {
                      boolean deleted = super.deleteToken(openid);
                      data.records().keySet().removeIf(key -> key.startsWith(openid));
                      return deleted;
                    }
                  },
              "Delete.otherTokensStayAsTheyAre"));

  private SaveMutants() {}

  private static OAuthToken merged(@Nullable OAuthToken stored, OAuthToken token) {
    if (stored == null) {
      return token;
    }
    OAuthToken.Builder merged = token.toBuilder();
    if (token.unionid() == null) {
      merged.unionid(stored.unionid());
    }
    if (token.extra().isEmpty()) {
      merged.extra(stored.extra());
    }
    return merged.build();
  }
}
