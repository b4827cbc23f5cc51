package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStores;
import java.util.List;
import java.util.stream.Stream;

/** Stores that take the records of apps for those of users. */
final class AppRecordMutants {
  static final List<Mutant> ALL =
      List.of(
          Mutant.of(
              "lists the records of apps as users",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Stream<OAuthToken> users() {
                      return tokens();
                    }
                  },
              "AppRecords.usersAreListedWithoutApps"),
          Mutant.of(
              "tells users by their keys alone",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public Stream<OAuthToken> users() {
                      return tokens().filter(token -> !TokenStores.isAppKey(token.openid()));
                    }
                  },
              "AppRecords.usersAreListedWithoutApps"),
          Mutant.of(
              "refuses a record without a refresh token",
              data ->
                  new PlainTokenStore(data) {
                    @Override
                    public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
                      return token.refreshToken() != null && super.saveTokenIfAbsent(openid, token);
                    }
                  },
              "AppRecords.aRecordComesBackWhole",
              "AppRecords.theFirstRecordIsSavedByOneOfManyCallers"));

  private AppRecordMutants() {}
}
