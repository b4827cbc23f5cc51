package io.github.wxtoken.testkit;

import io.github.wxtoken.store.TokenStore;
import org.junit.jupiter.api.Tag;

/** The contract on the encrypting view of files that were plaintext, while they are migrated. */
@Tag("faults")
class EncryptedFileTokenStoreContractTest extends FileTokenStoreContractTest {
  @Override
  protected TokenStore view(TokenStore store) {
    return Views.encrypted(store);
  }
}
