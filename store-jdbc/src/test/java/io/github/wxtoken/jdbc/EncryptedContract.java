package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Views;
import org.junit.jupiter.api.Tag;

/** The contract on the encrypting view of a table of ours, while it is migrated from plaintext. */
@Tag("faults")
abstract class EncryptedContract extends JdbcContract {

  EncryptedContract(TestDatabase database) {
    super(database, true);
  }

  @Override
  protected TokenStore view(TokenStore store) {
    return Views.encrypted(store);
  }

  /** The cipher encrypts 732 characters to 1,024, the column's length. */
  @Override
  protected int longestToken() {
    return 732;
  }
}
