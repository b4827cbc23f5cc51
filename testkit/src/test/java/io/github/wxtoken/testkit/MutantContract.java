package io.github.wxtoken.testkit;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.PlainTokenStore.Data;
import java.time.Duration;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract, run by the store that the parameter {@code mutant} names; not a test by itself. */
class MutantContract extends TokenStoreContract {
  static final String PARAMETER = "mutant";

  private final Data data = new Data();
  private Mutant mutant = Mutants.UNMUTATED;

  @RegisterExtension
  final BeforeEachCallback choice =
      context -> mutant = Mutants.named(context.getConfigurationParameter(PARAMETER).orElseThrow());

  @Override
  protected TokenStore open() {
    return mutant.open().apply(data);
  }

  @Override
  protected void writeAsNode(String openid, String json) {
    data.records().put(openid, json);
  }

  @Override
  protected void plantCorrupt(String openid, String content) {
    data.records().put(openid, "{\"openid\":" + content);
  }

  @Override
  protected void plantTooLong(String openid, String content) {
    String json = Tokens.token(openid).toJson();
    data.records().put(openid, "{\"pad\":\"" + content + "\"," + json.substring(1));
  }

  /** Shorter than a real store's: mutants make a case wait for an event that never happens. */
  @Override
  protected Duration patience() {
    return mutant.equals(Mutants.UNMUTATED) ? super.patience() : Duration.ofSeconds(5);
  }
}
