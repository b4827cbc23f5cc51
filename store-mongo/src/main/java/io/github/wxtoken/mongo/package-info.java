/**
 * Stores tokens in MongoDB. {@link io.github.wxtoken.mongo.MongoTokenStore} is the only class to
 * use; {@code mongodb:} and {@code mongodb+srv:} URLs open it through {@link
 * io.github.wxtoken.store.TokenStores#open}.
 */
@NullMarked
package io.github.wxtoken.mongo;

import org.jspecify.annotations.NullMarked;
