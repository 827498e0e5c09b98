BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE alert_rules (
	rule_id VARCHAR(64) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	definition TEXT NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	since BIGINT NOT NULL, 
	last_value FLOAT, 
	progress TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (rule_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (model_id, name)
);
INSERT INTO "alert_rules" VALUES('alert-019b7739-df00-7000-a375-8e3536805195','m','slow','{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}',1,'no_data',1767231840000000,NULL,'{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}',1767231840000000,1767231840000000,'9ab6d0ef9fc00c6110c6f607624e3052');
INSERT INTO "alert_rules" VALUES('alert-019b7739-df00-7001-bf07-5328ff5dcd18','m','quiet','{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}',0,'no_data',1767231840000000,NULL,'{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}',1767231840000000,1767231840000000,'7c996418108c1e500e4870e9c0bc65a1');
CREATE TABLE chunks (
	chunk_blake3 BLOB NOT NULL, 
	pack_blake3 BLOB NOT NULL, 
	offset_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	raw_bytes BIGINT NOT NULL, 
	kind SMALLINT NOT NULL, 
	depth SMALLINT NOT NULL, 
	chain_bytes BIGINT NOT NULL, 
	needs BLOB NOT NULL, 
	refs BIGINT NOT NULL, 
	PRIMARY KEY (chunk_blake3), 
	FOREIGN KEY(pack_blake3) REFERENCES packs (pack_blake3)
);
INSERT INTO "chunks" VALUES(X'7C9DC47B3B7A928E86B42605F7DE4F4D48CE4FCD8C52F9E691ACD38C7FF00037',X'D74508C086B0E7ABE40880635CD968ABD71F7815E5C359536D0D25D486D81D26',16,8,7,0,0,0,X'',2);
INSERT INTO "chunks" VALUES(X'52B2F1F09334E6F5A4A821881C83D5CACB6299F3D76DB67387B3143C12965FC8',X'D74508C086B0E7ABE40880635CD968ABD71F7815E5C359536D0D25D486D81D26',24,716,1481,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'570A7C7F45E116ECE9C85D692B6A01D83AE4973BF237067E9B19A4A75A66F76B',X'079849724321F6D7B2CA3C17E916175D1F8086565F5C4098819C8303EE8F9B18',16,41,2017,0,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'29A473660B3397325978BD2EAF970C4B431274B6E443065E192EE4B6FCCC179C',X'079849724321F6D7B2CA3C17E916175D1F8086565F5C4098819C8303EE8F9B18',57,662,1382,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'F214E79AD193865A36C9102897A28F60480DAA5EF16651742EF5E10F5E74F8BF',X'75BE13FF66586063B8DBC88CB9912B62402706FE93F629DF1F46E584D98AC095',16,42,3017,0,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'DAB01D87872F1CABE090FC9B6BC42CC47F6A1605E123BA4C57CEB9B3CE81579B',X'75BE13FF66586063B8DBC88CB9912B62402706FE93F629DF1F46E584D98AC095',58,663,1382,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'0518AB4E207DEA4BDE0346E4DED1DFCF3523CEA6B80EFD1A2758D85959EFA996',X'725A5FDCD9DC32957878DCF1D7EB59D46B1E0B22EC8067C6E16F443AAEFF5445',16,461,877,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'D6A970F3E9F1CDAC58DD4D4D4F078300377E0008E585B01A153D6DB155C25292',X'DE103042C851453B24B94E0A00F94D71A46A1CE45BC3BE5802CAE59CDCC4A68D',16,639,1342,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'D88775A5E63750FDC32C2FFEB7D3B456E0CA8CB74A2B71FAD447EB67E05D7D30',X'C3F4F6D9BB202B396B5602189B292FE190D11712B2ED0D5FE03EAAF1D6D9E554',16,8,7,0,0,0,X'',2);
INSERT INTO "chunks" VALUES(X'BE9A537A4321B2D1D8EA0F0D617E73598EE953A44A7F155A7EED91E1045F62FE',X'C3F4F6D9BB202B396B5602189B292FE190D11712B2ED0D5FE03EAAF1D6D9E554',24,646,1342,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'78DBD01867CE8924FBD8F827E4B1DC4C9944F9D9949C3E9986C46B16EF0523C7',X'A1F75BF78A2936CA66B6B49C9F2B6D8AF6E672D6E3EB858A6F40CF2D24BC46F5',16,640,1350,2,0,0,X'',1);
CREATE TABLE events (
	event_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	version_id VARCHAR(200) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	returns_to INTEGER, 
	row_blake2b VARCHAR(32) NOT NULL
);
INSERT INTO "events" VALUES(1,1767226020000000,'ada','model_registered','m','','','{}','{}',NULL,'2b214cb1a7737be24e15120f665acee5');
INSERT INTO "events" VALUES(2,1767226020000000,'ada','version_created','m','019b76e1-10a0-7000-9ff7-927902b67d2b','','{}','{"status":"ready","version_number":"1.0.0"}',NULL,'bb6f58cfce5e6041c376c92b1eb31749');
INSERT INTO "events" VALUES(3,1767226440000000,'ada','version_created','m','019b76e7-7940-7000-a8ca-56bd111752a0','','{}','{"status":"ready","version_number":"1.0.1"}',NULL,'6c14a0f9b47d629f0db47298f0daf022');
INSERT INTO "events" VALUES(4,1767226860000000,'ada','version_created','m','019b76ed-e1e0-7000-893a-24fc54de1bc8','','{}','{"status":"ready","version_number":"1.0.2"}',NULL,'ab2dd5feb225ccc707f421faef6d09a3');
INSERT INTO "events" VALUES(5,1767227280000000,'ada','version_created','m','019b76f4-4a80-7000-b995-9405120ad166','','{}','{"status":"ready","version_number":"1.0.3"}',NULL,'b7f512c30031cba670c154ef36f19234');
INSERT INTO "events" VALUES(6,1767227280000000,'ada','version_opened','m','019b76f4-4a80-7001-82ef-44ed7f8c2d19','','{}','{"status":"training","version_number":"1.0.4"}',NULL,'85a8da86f8b97be0d46825de3187288e');
INSERT INTO "events" VALUES(7,1767227700000000,'ada','model_registered','n','','','{}','{}',NULL,'91332a2985b34afe5c5f8a500572c548');
INSERT INTO "events" VALUES(8,1767227700000000,'ada','version_created','n','019b76fa-b320-7000-980d-2ab70c19e5a4','','{}','{"status":"ready","version_number":"1.0.0"}',NULL,'f18f0a4b28db22ae23d2053338cd48f9');
INSERT INTO "events" VALUES(9,1767228120000000,'ada','version_created','n','019b7701-1bc0-7000-8a22-4099c0505acd','','{}','{"status":"ready","version_number":"1.0.1"}',NULL,'c1315fae3bcd6209672519010004c10f');
INSERT INTO "events" VALUES(10,1767228120000000,'ada','card_kept','m','019b76e1-10a0-7000-9ff7-927902b67d2b','','{}','{}',NULL,'9761a1ccc6648401af1790aefdd8f160');
INSERT INTO "events" VALUES(11,1767228120000000,'ada','policy_set','m','','','{}','{"on_finding":"warn","production_rank":null,"signing":null}',NULL,'6547d911214f9e587c4a24e468e6c1a3');
INSERT INTO "events" VALUES(12,1767228120000000,'ada','version_signed','m','019b76e1-10a0-7000-9ff7-927902b67d2b','','{}','{"key_id":"a0c67921630f3efd7f31ad59d8d38ceb6eda42ff353c861f6c95d16d0ba8b76f"}',NULL,'d5f270cac693670ad1bbee59df2d0f25');
INSERT INTO "events" VALUES(13,1767228540000000,'ada','deployed','m','019b76e1-10a0-7000-9ff7-927902b67d2b','staging','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"to staging","version_id":"019b76e1-10a0-7000-9ff7-927902b67d2b","version_number":"1.0.0"}',NULL,'8ac33ba1a456082d2560b95e8c19e525');
INSERT INTO "events" VALUES(14,1767228960000000,'ada','deployed','m','019b76e1-10a0-7000-9ff7-927902b67d2b','production','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"to production","version_id":"019b76e1-10a0-7000-9ff7-927902b67d2b","version_number":"1.0.0"}',NULL,'c3ac53bc1358a9a3b851fd30b46bdc50');
INSERT INTO "events" VALUES(15,1767229380000000,'ada','deployed','m','019b76e7-7940-7000-a8ca-56bd111752a0','production','{"version_id":"019b76e1-10a0-7000-9ff7-927902b67d2b","version_number":"1.0.0"}','{"deployment_config":{},"reason":"to production","version_id":"019b76e7-7940-7000-a8ca-56bd111752a0","version_number":"1.0.1"}',14,'3b556cc0b664e7bc363cf0ad4efbffa9');
INSERT INTO "events" VALUES(16,1767229800000000,'ada','deployed','n','019b76fa-b320-7000-980d-2ab70c19e5a4','production','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"to production","version_id":"019b76fa-b320-7000-980d-2ab70c19e5a4","version_number":"1.0.0"}',NULL,'14982733c5575c3d338205ef512b8f9a');
INSERT INTO "events" VALUES(17,1767229800000000,'ada','rolled_back','m','019b76e1-10a0-7000-9ff7-927902b67d2b','production','{"version_id":"019b76e7-7940-7000-a8ca-56bd111752a0","version_number":"1.0.1"}','{"deployment_config":{},"reason":"worse","version_id":"019b76e1-10a0-7000-9ff7-927902b67d2b","version_number":"1.0.0"}',NULL,'38456e6fa3b95bca9bd09707c79aea5a');
INSERT INTO "events" VALUES(18,1767230220000000,'ada','deployed','m','019b76ed-e1e0-7000-893a-24fc54de1bc8','production','{"version_id":"019b76e1-10a0-7000-9ff7-927902b67d2b","version_number":"1.0.0"}','{"deployment_config":{"replicas":2},"version_id":"019b76ed-e1e0-7000-893a-24fc54de1bc8","version_number":"1.0.2"}',17,'c567f690900257a09bf725e2ad8dd996');
INSERT INTO "events" VALUES(19,1767230220000000,'ada','version_removed','m','019b76e7-7940-7000-a8ca-56bd111752a0','','{"version_number":"1.0.1"}','{"backup_path":"m/019b76e7-7940-7000-a8ca-56bd111752a0+20260101T011700000000Z","reason":"deleted"}',NULL,'3de7a3a279dcf43f72bc5b1bb9ed9dc0');
INSERT INTO "events" VALUES(20,1767230220000000,'ada','deployed','m','019b76f4-4a80-7000-b995-9405120ad166','canary','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-b995-9405120ad166","version_number":"1.0.3"}',NULL,'0166b04c1852dc880453f81132357dc9');
INSERT INTO "events" VALUES(21,1767230220000000,'ada','rollout_pending','m','019b76f4-4a80-7000-b995-9405120ad166','','{}','{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7721-26e0-7000-9f1c-9f45b605e3a8","state":"pending"}',NULL,'239b059793978aab2dc3be324773aaf9');
INSERT INTO "events" VALUES(22,1767230220000000,'ada','rollout_running','m','019b76f4-4a80-7000-b995-9405120ad166','','{"state":"pending"}','{"reason":"started","rollout_id":"rollout-019b7721-26e0-7000-9f1c-9f45b605e3a8","state":"running","step":0,"verdict":{}}',NULL,'7a656ef1261cefc113c74144d5f89473');
INSERT INTO "events" VALUES(23,1767230220000000,'ada','rollout_aborting','m','019b76f4-4a80-7000-b995-9405120ad166','','{"state":"running"}','{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-9f1c-9f45b605e3a8","state":"aborting","step":0,"verdict":{}}',NULL,'8f32d28b63c453cab0d25b34e1bf0148');
INSERT INTO "events" VALUES(24,1767230220000001,'ada','deactivated','m','019b76f4-4a80-7000-b995-9405120ad166','canary','{"version_id":"019b76f4-4a80-7000-b995-9405120ad166","version_number":"1.0.3"}','{"reason":"no","version_id":"","version_number":""}',NULL,'7ed967055adb9322f06ef6849e618646');
INSERT INTO "events" VALUES(25,1767230220000000,'ada','rollout_aborted','m','019b76f4-4a80-7000-b995-9405120ad166','','{"state":"aborting"}','{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-9f1c-9f45b605e3a8","state":"aborted","step":0,"verdict":{}}',NULL,'0d71f31002790cef35ff03de0c381b4c');
INSERT INTO "events" VALUES(26,1767230640000000,'ada','deployed','m','019b76f4-4a80-7000-b995-9405120ad166','canary','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-b995-9405120ad166","version_number":"1.0.3"}',NULL,'0480fd9bc3f5f2bd10f722eb7ebf0198');
INSERT INTO "events" VALUES(27,1767230640000000,'ada','rollout_pending','m','019b76f4-4a80-7000-b995-9405120ad166','','{}','{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7727-8f80-7000-81a5-468200ecdbdd","state":"pending"}',NULL,'c37295f7ea6bca6eb5a2272e28cccf74');
INSERT INTO "events" VALUES(28,1767230640000000,'ada','rollout_running','m','019b76f4-4a80-7000-b995-9405120ad166','','{"state":"pending"}','{"reason":"started","rollout_id":"rollout-019b7727-8f80-7000-81a5-468200ecdbdd","state":"running","step":0,"verdict":{}}',NULL,'f379744ede81d67bc613538f595474c5');
INSERT INTO "events" VALUES(29,1767230640000000,'ada','override_set','m','','','{}','{"arm":"canary","unit":"tester"}',NULL,'203e03221a4b07509ce14a819942f9d9');
INSERT INTO "events" VALUES(30,1767230640000000,'ada','experiment_started','n','','','{}','{"arms":{"b":"019b7701-1bc0-7000-8a22-4099c0505acd","control":"019b76fa-b320-7000-980d-2ab70c19e5a4"},"experiment_id":"019b7727-8f80-7000-a14c-f5e729cbaeb2","reason":"","shares":{"b":0.5,"control":0.5}}',NULL,'3693353eef984c69ac01490a9414f8d8');
INSERT INTO "events" VALUES(31,1767231840000000,'ada','alert_added','m','','','{}','{"name":"slow","rule":{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7000-a375-8e3536805195"}',NULL,'b64513f899bb8925e5f64b053b126e9d');
INSERT INTO "events" VALUES(32,1767231840000000,'ada','alert_added','m','','','{}','{"name":"quiet","rule":{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7001-bf07-5328ff5dcd18"}',NULL,'fe5e0e9464331d18645ccff584c615a0');
INSERT INTO "events" VALUES(33,1767231840000000,'ada','alert_disabled','m','','','{}','{"name":"quiet","rule_id":"alert-019b7739-df00-7001-bf07-5328ff5dcd18"}',NULL,'d4935548d6ddd6a9bcda38e5b4d7c436');
INSERT INTO "events" VALUES(34,1767225600000000,'ada','model_registered','guest','','','{}','{}',NULL,'09f40f37bab197332a9dde75349c474b');
INSERT INTO "events" VALUES(35,1767225600000000,'ada','version_created','guest','019b76da-a800-7000-bf7a-050f06b47e44','','{}','{"status":"ready","version_number":"1.0.0"}',NULL,'bcea4d42b8b8be410cbdf7400662e7ed');
INSERT INTO "events" VALUES(36,1767231840000000,'ada','card_kept','guest','019b76da-a800-7000-bf7a-050f06b47e44','','{}','{}',NULL,'f8a654c96be6f31b8e935d10cb63b4eb');
INSERT INTO "events" VALUES(37,1767231840000000,'ada','card_kept','n','019b76fa-b320-7000-980d-2ab70c19e5a4','','{}','{}',NULL,'e086f1bd7b6cab0370c0428e6c009dd9');
CREATE TABLE experiments (
	experiment_id VARCHAR(64) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	open_model_id VARCHAR(128), 
	state VARCHAR(16) NOT NULL, 
	"plan" TEXT NOT NULL, 
	progress TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (experiment_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (open_model_id)
);
INSERT INTO "experiments" VALUES('019b7727-8f80-7000-a14c-f5e729cbaeb2','n','n','running','{"allocation":"fixed","alpha":0.05,"arms":[{"name":"control","share":0.5,"version_id":"019b76fa-b320-7000-980d-2ab70c19e5a4"},{"name":"b","share":0.5,"version_id":"019b7701-1bc0-7000-8a22-4099c0505acd"}],"covariate":null,"horizon_units":10000,"metrics":[{"higher_is_better":false,"kind":"event","name":"errors"}],"minimum_units":100}','{"ended_event":0,"reason":"","shares":[0.5,0.5],"started_event":30,"winner":null}',1767230640000000,1767230640000000,'6fa66d8f9dc946f8b3e9e401be9b89e5');
CREATE TABLE leases (
	name VARCHAR(128) NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	token BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	done_at BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "leases" VALUES('rollouts','d0fa63fe408e4d928c58421d8cbd91ff',1,1767231845000000,0);
INSERT INTO "leases" VALUES('alerts','10124a36aef9484c9879a4adf47f4534',1,1767231845000000,0);
CREATE TABLE model_policies (
	model_id VARCHAR(128) NOT NULL, 
	policy TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id)
);
INSERT INTO "model_policies" VALUES('m','{"on_finding":"warn","production_rank":null,"signing":null}','b0a43aecd347dfd0325e14c162886e62');
CREATE TABLE models (
	model_id VARCHAR(128) NOT NULL, 
	name_key VARCHAR(128) NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_ordinal BIGINT NOT NULL, 
	last_numbers TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id), 
	UNIQUE (name_key)
);
INSERT INTO "models" VALUES('m','m',1767226020000000,5,'{"semantic":"1.0.4"}','1c61c64af180c24ec7efa0d4c801f4bb');
INSERT INTO "models" VALUES('n','n',1767227700000000,2,'{"semantic":"1.0.1"}','2a6a9306c4c250d8438a970beb2e3480');
INSERT INTO "models" VALUES('guest','guest',1767225600000000,1,'{"semantic":"1.0.0"}','27bd86b6f915b4db3086c13824d0514c');
CREATE TABLE packs (
	pack_blake3 BLOB NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	PRIMARY KEY (pack_blake3)
);
INSERT INTO "packs" VALUES(X'D74508C086B0E7ABE40880635CD968ABD71F7815E5C359536D0D25D486D81D26',904);
INSERT INTO "packs" VALUES(X'079849724321F6D7B2CA3C17E916175D1F8086565F5C4098819C8303EE8F9B18',883);
INSERT INTO "packs" VALUES(X'75BE13FF66586063B8DBC88CB9912B62402706FE93F629DF1F46E584D98AC095',885);
INSERT INTO "packs" VALUES(X'725A5FDCD9DC32957878DCF1D7EB59D46B1E0B22EC8067C6E16F443AAEFF5445',587);
INSERT INTO "packs" VALUES(X'DE103042C851453B24B94E0A00F94D71A46A1CE45BC3BE5802CAE59CDCC4A68D',765);
INSERT INTO "packs" VALUES(X'C3F4F6D9BB202B396B5602189B292FE190D11712B2ED0D5FE03EAAF1D6D9E554',834);
INSERT INTO "packs" VALUES(X'A1F75BF78A2936CA66B6B49C9F2B6D8AF6E672D6E3EB858A6F40CF2D24BC46F5',766);
CREATE TABLE removed_versions (
	version_id VARCHAR(200) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	version_number VARCHAR(128) NOT NULL, 
	created_at BIGINT NOT NULL, 
	parent_version VARCHAR(200), 
	removed_at BIGINT NOT NULL, 
	removed_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	backup_path TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id)
);
INSERT INTO "removed_versions" VALUES('019b76e7-7940-7000-a8ca-56bd111752a0','m','1.0.1',1767226440000000,'019b76e1-10a0-7000-9ff7-927902b67d2b',1767230220000000,'ada','deleted','m/019b76e7-7940-7000-a8ca-56bd111752a0+20260101T011700000000Z','64d1bc512b5535fe8434016657b74949');
CREATE TABLE rollouts (
	rollout_id VARCHAR(64) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	open_model_id VARCHAR(128), 
	version_id VARCHAR(200) NOT NULL, 
	stable_version_id VARCHAR(200) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	step INTEGER NOT NULL, 
	"plan" TEXT NOT NULL, 
	progress TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (rollout_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (open_model_id)
);
INSERT INTO "rollouts" VALUES('rollout-019b7721-26e0-7000-9f1c-9f45b605e3a8','m',NULL,'019b76f4-4a80-7000-b995-9405120ad166','019b76ed-e1e0-7000-893a-24fc54de1bc8','aborted',0,'{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}','{"at_gate":false,"canary_units_before":0,"decide_by":1767835020000000,"reason":"no","since":1767230220000000,"step_started_at":1767230220000000,"told_before":{},"verdict":{}}',1767230220000000,1767230220000000,'0b50f3ff52030ffd326e6b8558e76c12');
INSERT INTO "rollouts" VALUES('rollout-019b7727-8f80-7000-81a5-468200ecdbdd','m','m','019b76f4-4a80-7000-b995-9405120ad166','019b76ed-e1e0-7000-893a-24fc54de1bc8','running',0,'{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}','{"at_gate":false,"canary_units_before":0,"decide_by":1767835440000000,"reason":"started","since":1767230640000000,"step_started_at":1767230640000000,"told_before":{},"verdict":{"decision":"wait","evidence_until":1,"looked":{"canary_units_before":0,"elapsed_seconds":0.0,"is_last":false,"step":{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},"told_before":{}},"metrics":[{"better":false,"e_value":0.20212001017357334,"effect":"relative risk","events":[20,4],"harmful":false,"high":2.56322145561684,"low":0.06908901663773388,"name":"errors","needed":20.0,"not_inferior":false,"sentence":"errors: it is 0.07 to 2.56 times that of stable (95.0% sure), 4 of 45 against 20 of 155; the margin is 1.5","told":[155,45]}],"sentence":"no harm found; the step goes on until 300 s more have passed and the canary has served 55 more units","split_e_value":0.9391101184760757,"unasked":[],"units":[155,45]}}',1767230640000000,1767230640000000,'1214ee552a07b43a4767fa3551ef2a62');
CREATE TABLE routing_tables (
	model_id VARCHAR(128) NOT NULL, 
	revision BIGINT NOT NULL, 
	routing_table TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id)
);
INSERT INTO "routing_tables" VALUES('m',29,'{"arms":[{"name":"stable","version_id":"019b76ed-e1e0-7000-893a-24fc54de1bc8","weight":0.75},{"name":"canary","version_id":"019b76f4-4a80-7000-b995-9405120ad166","weight":0.25}],"claims":[[0,4611686018427387904,1]],"model_id":"m","overrides":{"tester":1},"revision":29,"salt":"edc90b8c99a135e427e156e40b29c5db","shadow":null,"split_id":"rollout-019b7727-8f80-7000-81a5-468200ecdbdd"}','19b201253e2a427a6342fa17baefc4bc');
INSERT INTO "routing_tables" VALUES('n',30,'{"arms":[{"name":"control","version_id":"019b76fa-b320-7000-980d-2ab70c19e5a4","weight":0.5},{"name":"b","version_id":"019b7701-1bc0-7000-8a22-4099c0505acd","weight":0.5}],"claims":[[0,9223372036854775808,1]],"model_id":"n","overrides":{},"revision":30,"salt":"ae548d5d8f05381939fd754b13814691","shadow":null,"split_id":"019b7727-8f80-7000-a14c-f5e729cbaeb2"}','52c17e78d79421767de93d8129ab5df8');
CREATE TABLE stage_pointers (
	model_id VARCHAR(128) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	version_id VARCHAR(200) NOT NULL, 
	event_id INTEGER NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id, stage), 
	FOREIGN KEY(event_id) REFERENCES events (event_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "stage_pointers" VALUES('m','staging','019b76e1-10a0-7000-9ff7-927902b67d2b',13,'d87d603a4a81dfb99afe59784fe74802');
INSERT INTO "stage_pointers" VALUES('n','production','019b76fa-b320-7000-980d-2ab70c19e5a4',16,'24628e4a54a7ee735b0e156b51b1208c');
INSERT INTO "stage_pointers" VALUES('m','production','019b76ed-e1e0-7000-893a-24fc54de1bc8',18,'2006bf66266cbb16ebb1df501074db26');
INSERT INTO "stage_pointers" VALUES('m','canary','019b76f4-4a80-7000-b995-9405120ad166',26,'4b4c15400d03857420f8009db5bce51b');
CREATE TABLE version_cards (
	version_id VARCHAR(200) NOT NULL, 
	card TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id)
);
INSERT INTO "version_cards" VALUES('019b76e1-10a0-7000-9ff7-927902b67d2b','# A card with ''quotes'' and ünï','a5b99d21c6d42b537569835c7917512d');
INSERT INTO "version_cards" VALUES('019b76da-a800-7000-bf7a-050f06b47e44','---
tags:
- "modelkeep"
---

# guest 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76da-a800-7000-bf7a-050f06b47e44) |
| Created | 2026-01-01T00:00:00+00:00 by ada |
| Format | json |
| Size | 7 bytes in 1 files |
| Licence | not stated |
| Task | not stated |
| Datasets | not stated |
| Tags | none |

## How to load it

```python
import modelkeep

mk = modelkeep.connect("model_versions")  # the folder of the registry
model = mk.versions.load_model("guest@1.0.0")
```

## Metrics

Metrics: not stated.

## Training configuration

Configuration: not stated.

## Dependencies

| Library | Version |
| --- | --- |
| python | 3.11.7 |

## Lineage

Parent: not stated.

## Files

| File | Bytes | SHA-256 |
| --- | --- | --- |
| model.json | 7 | 2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd |

## Intended use

Not stated.

## Limitations

Not stated.
','64affa64f18e29ed65d4546c01ec1635');
INSERT INTO "version_cards" VALUES('019b76fa-b320-7000-980d-2ab70c19e5a4','---
tags:
- "modelkeep"
---

# n 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76fa-b320-7000-980d-2ab70c19e5a4) |
| Created | 2026-01-01T00:35:00+00:00 by ada |
| Format | json |
| Size | 7 bytes in 1 files |
| Licence | not stated |
| Task | not stated |
| Datasets | not stated |
| Tags | none |

## How to load it

```python
import modelkeep

mk = modelkeep.connect("model_versions")  # the folder of the registry
model = mk.versions.load_model("n@1.0.0")
```

## Metrics

Metrics: not stated.

## Training configuration

Configuration: not stated.

## Dependencies

| Library | Version |
| --- | --- |
| python | 3.11.7 |

## Lineage

Parent: not stated.

## Files

| File | Bytes | SHA-256 |
| --- | --- | --- |
| model.json | 7 | f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0 |

## Intended use

Not stated.

## Limitations

Not stated.
','02085ba25bdec52627276934fddf9dba');
CREATE TABLE version_files (
	version_id VARCHAR(200) NOT NULL, 
	path TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	root_blake3 VARCHAR(64) NOT NULL, 
	PRIMARY KEY (version_id, path), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "version_files" VALUES('019b76e1-10a0-7000-9ff7-927902b67d2b','model.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',7,'7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO "version_files" VALUES('019b76ed-e1e0-7000-893a-24fc54de1bc8','model.json','77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78',2017,'570a7c7f45e116ece9c85d692b6a01d83ae4973bf237067e9b19a4a75a66f76b');
INSERT INTO "version_files" VALUES('019b76f4-4a80-7000-b995-9405120ad166','model.json','47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6',3017,'f214e79ad193865a36c9102897a28f60480daa5ef16651742ef5e10f5e74f8bf');
INSERT INTO "version_files" VALUES('019b76fa-b320-7000-980d-2ab70c19e5a4','model.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',7,'7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO "version_files" VALUES('019b7701-1bc0-7000-8a22-4099c0505acd','model.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',7,'d88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');
INSERT INTO "version_files" VALUES('019b76da-a800-7000-bf7a-050f06b47e44','model.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',7,'d88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');
CREATE TABLE version_loads (
	version_id VARCHAR(200) NOT NULL, 
	loads BIGINT NOT NULL, 
	last_loaded_at BIGINT NOT NULL, 
	PRIMARY KEY (version_id), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id) ON DELETE CASCADE
);
INSERT INTO "version_loads" VALUES('019b76e1-10a0-7000-9ff7-927902b67d2b',3,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76da-a800-7000-bf7a-050f06b47e44',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76ed-e1e0-7000-893a-24fc54de1bc8',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76f4-4a80-7000-b995-9405120ad166',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76fa-b320-7000-980d-2ab70c19e5a4',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b7701-1bc0-7000-8a22-4099c0505acd',2,1767231840000000);
CREATE TABLE version_metrics (
	version_id VARCHAR(200) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	ordinal BIGINT NOT NULL, 
	value FLOAT, 
	PRIMARY KEY (version_id, name), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "version_metrics" VALUES('019b76e1-10a0-7000-9ff7-927902b67d2b','accuracy','m',1,0.1);
INSERT INTO "version_metrics" VALUES('019b76e1-10a0-7000-9ff7-927902b67d2b','loss','m',1,NULL);
INSERT INTO "version_metrics" VALUES('019b76e1-10a0-7000-9ff7-927902b67d2b','rows','m',1,1000000000.0);
CREATE TABLE version_signatures (
	version_id VARCHAR(200) NOT NULL, 
	envelope_sha256 VARCHAR(64) NOT NULL, 
	envelope TEXT NOT NULL, 
	signed_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id, envelope_sha256)
);
INSERT INTO "version_signatures" VALUES('019b76e1-10a0-7000-9ff7-927902b67d2b','33d1785dd8cfe1e18dea9fc176e139ccaad369814e98b3a59d10b5e42009baa0','{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY3JlYXRlZF9hdCI6IjIwMjYtMDEtMDFUMDA6MDc6MDBaIiwiY3JlYXRlZF9ieSI6ImFkYSIsImZvcm1hdCI6Impzb24iLCJtb2RlbF9pZCI6Im0iLCJvcmRpbmFsIjoxLCJwYXJlbnQiOm51bGwsInNpZ25lZF9hdCI6IjIwMjYtMDEtMDFUMDA6NDI6MDBaIiwidmVyc2lvbl9pZCI6IjAxOWI3NmUxLTEwYTAtNzAwMC05ZmY3LTkyNzkwMmI2N2QyYiIsInZlcnNpb25fbnVtYmVyIjoiMS4wLjAifSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vbW9kZWxrZWVwLmRldi9wcm92ZW5hbmNlL3YxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImYzMDEzZjkzM2I5ZmI4MGFiNmQ5OTVlN2FkOWRhMzZmNjgzODM3YmExZDgxZTk1MGM5NDNkNDAxMTFlYWMyZjAifSwibmFtZSI6Im1vZGVsLmpzb24ifSx7ImRpZ2VzdCI6eyJzaGEyNTYiOiI5YzAzYWVhYzRhZmFkNDJkMTVlM2EwYjM4ZTEwMzNhNDBlYmVkY2JhNzZjMDgwZTJkZGZkOTEzMTk1YjJiMTNlIn0sIm5hbWUiOiIvbWFuaWZlc3QifV19","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"a0c67921630f3efd7f31ad59d8d38ceb6eda42ff353c861f6c95d16d0ba8b76f","sig":"uF8vciJPkotwZP33r4GnSffQmewdK1kdIFRXrp/Ffo7ATwhv4C41Fo+2GEW94iSf4GZ3Q2IqBy0LZObIa2ACBA=="}]}',1767228120000000,'468b72c6f4f1407fa8151ac537e7ac1b');
CREATE TABLE version_tags (
	version_id VARCHAR(200) NOT NULL, 
	tag VARCHAR(128) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	ordinal BIGINT NOT NULL, 
	PRIMARY KEY (version_id, tag), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "version_tags" VALUES('019b76e1-10a0-7000-9ff7-927902b67d2b','x','m',1);
INSERT INTO "version_tags" VALUES('019b76e1-10a0-7000-9ff7-927902b67d2b','ü','m',1);
CREATE TABLE versions (
	version_id VARCHAR(200) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	version_number VARCHAR(128) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	deployment_stage VARCHAR(16) NOT NULL, 
	model_path TEXT NOT NULL, 
	metadata_path TEXT NOT NULL, 
	checksum VARCHAR(64) NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	description TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	metrics TEXT NOT NULL, 
	dependencies TEXT NOT NULL, 
	configuration TEXT NOT NULL, 
	deployment_config TEXT NOT NULL, 
	parent_version VARCHAR(200), 
	size_bytes BIGINT NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	ordinal BIGINT NOT NULL, 
	format VARCHAR(64) NOT NULL, 
	document_blake3 VARCHAR(64) NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (model_id, ordinal), 
	UNIQUE (model_id, version_number)
);
INSERT INTO "versions" VALUES('019b76e1-10a0-7000-9ff7-927902b67d2b','m','1.0.0','deployed','production','files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0','versions/m/019b76e1-10a0-7000-9ff7-927902b67d2b.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',1767226020000000,1767230220000000,'ada','zwölf
''','["x","ü"]','{"accuracy":0.1,"loss":"NaN","rows":1000000000.0}','{"python":"3.11.7"}','{"note":"ünï"}','{}',NULL,7,1,1,'json','52b2f1f09334e6f5a4a821881c83d5cacb6299f3d76db67387b3143c12965fc8','8de6812b287be6c1fbe3fe3890cbdcb8');
INSERT INTO "versions" VALUES('019b76ed-e1e0-7000-893a-24fc54de1bc8','m','1.0.2','deployed','production','files/77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78','versions/m/019b76ed-e1e0-7000-893a-24fc54de1bc8.json','77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78',1767226860000000,1767230220000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{"replicas":2}','019b76e1-10a0-7000-9ff7-927902b67d2b',2017,1,3,'json','29a473660b3397325978bd2eaf970c4b431274b6e443065e192ee4b6fccc179c','3dd42ad281162de0fd7bf1c0f899c90c');
INSERT INTO "versions" VALUES('019b76f4-4a80-7000-b995-9405120ad166','m','1.0.3','deployed','canary','files/47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6','versions/m/019b76f4-4a80-7000-b995-9405120ad166.json','47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6',1767227280000000,1767230640000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}','019b76e1-10a0-7000-9ff7-927902b67d2b',3017,1,4,'json','dab01d87872f1cabe090fc9b6bc42cc47f6a1605e123ba4c57ceb9b3ce81579b','f049728ecdfdbed65d8e31cd6ec77cfb');
INSERT INTO "versions" VALUES('019b76f4-4a80-7001-82ef-44ed7f8c2d19','m','1.0.4','training','development','','versions/m/019b76f4-4a80-7001-82ef-44ed7f8c2d19.json','',1767227280000000,1767227280000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,0,0,5,'','0518ab4e207dea4bde0346e4ded1dfcf3523cea6b80efd1a2758d85959efa996','80d54cf4d6739906fbc54d27a9dab622');
INSERT INTO "versions" VALUES('019b76fa-b320-7000-980d-2ab70c19e5a4','n','1.0.0','deployed','production','files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0','versions/n/019b76fa-b320-7000-980d-2ab70c19e5a4.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',1767227700000000,1767229800000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,7,1,1,'json','d6a970f3e9f1cdac58dd4d4d4f078300377e0008e585b01a153d6db155c25292','9b36c3e644061b720d8bcb8b46fc083c');
INSERT INTO "versions" VALUES('019b7701-1bc0-7000-8a22-4099c0505acd','n','1.0.1','ready','development','files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd','versions/n/019b7701-1bc0-7000-8a22-4099c0505acd.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',1767228120000000,1767228120000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,7,0,2,'json','be9a537a4321b2d1d8ea0f0d617e73598ee953a44a7f155a7eed91e1045f62fe','0328c31d2f87524e8cda4cf6ac85265d');
INSERT INTO "versions" VALUES('019b76da-a800-7000-bf7a-050f06b47e44','guest','1.0.0','ready','development','files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd','versions/guest/019b76da-a800-7000-bf7a-050f06b47e44.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',1767225600000000,1767225600000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,7,0,1,'json','78dbd01867ce8924fbd8f827e4b1dc4c9944f9d9949c3e9986c46b16ef0523c7','b9c81fa968a7f43a9bb52c221ec40915');
CREATE INDEX events_by_kind ON events (kind, model_id, stage);
CREATE INDEX events_by_stage ON events (model_id, stage, event_id);
CREATE INDEX events_by_version ON events (version_id, event_id);
CREATE INDEX removed_by_number ON removed_versions (model_id, version_number);
CREATE INDEX versions_by_stage ON versions (model_id, deployment_stage, ordinal);
CREATE INDEX versions_by_status ON versions (model_id, status, ordinal);
CREATE INDEX versions_sizes ON versions (model_id, status, size_bytes);
CREATE INDEX pointers_by_version ON stage_pointers (version_id);
CREATE INDEX files_by_digest ON version_files (sha256);
CREATE INDEX files_by_root ON version_files (root_blake3);
CREATE INDEX files_by_size ON version_files (size_bytes, version_id);
CREATE INDEX packs_by_size ON packs (stored_bytes);
CREATE INDEX chunks_by_pack ON chunks (pack_blake3);
CREATE INDEX chunks_unneeded ON chunks (refs) WHERE refs = 0;
CREATE INDEX metrics_by_name ON version_metrics (model_id, name, ordinal, value);
CREATE INDEX tags_by_name ON version_tags (model_id, tag, ordinal);
CREATE INDEX rollouts_by_model ON rollouts (model_id, created_at);
CREATE INDEX experiments_by_model ON experiments (model_id, created_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',37);
COMMIT;
